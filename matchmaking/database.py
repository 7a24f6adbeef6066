"""Where the data lives: the server that DATABASE_URL names, or an embedded PostgreSQL 18.

The embedded server needs no installation and no account. It starts on the first connection, never
on import of the settings, so commands that need no database start none. It keeps running between
commands; `manage.py embedded_database stop` ends it.

Environment:
    DATABASE_URL: postgres://user:password@host:5432/name, any PostgreSQL 15 or newer.
    PUENTE_DATABASE_POOL: largest number of pooled connections a process keeps; unset keeps one
        connection a thread for a minute instead (Django allows one or the other).
    PUENTE_STATE_DIR: folder of what the project writes, `var` unless set; the embedded server
        lies in `postgres` below it.
    PUENTE_THROWAWAY_DATABASE: folder of the test run's server; set by the test suite.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from matchmaking.postgres import cluster as embedded
from matchmaking.postgres.account import NoAccountError, reachable_home
from matchmaking.postgres.cluster import Cluster, ServerError

ENGINE = "matchmaking.postgres"
SCHEMES = ("postgres", "postgresql", "psql", "pgsql")
EXAMPLE = "postgres://user:password@host:5432/name"
CONNECT_TIMEOUT_SECONDS = 10
KEEP_CONNECTION_SECONDS = 60
DEFAULT_STATE = Path(__file__).resolve().parent.parent / "var"

__all__ = [
    "ENGINE",
    "Cluster",
    "NoAccountError",
    "ServerError",
    "Status",
    "cluster",
    "ensure_running",
    "is_embedded",
    "remove",
    "settings_from_environment",
    "socket_folder",
    "status",
    "stop",
]


@dataclass(frozen=True)
class Status:
    """What `manage.py embedded_database status` prints."""

    running: bool
    home: Path
    socket_folder: Path
    pid: int | None


def is_embedded() -> bool:
    """Say whether the embedded server is in use, that is, DATABASE_URL is unset or empty."""
    return not os.environ.get("DATABASE_URL", "").strip()


def settings_from_environment() -> dict[str, Any]:
    """Return the value of `DATABASES["default"]`; touches no server.

    Raises:
        ImproperlyConfigured: DATABASE_URL or PUENTE_DATABASE_POOL cannot be understood.
    """
    config = _embedded_settings() if is_embedded() else _settings_from_url()
    config["ENGINE"] = ENGINE
    config["CONN_HEALTH_CHECKS"] = True
    options = config.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", CONNECT_TIMEOUT_SECONDS)
    if pool := _pool_size():
        options["pool"] = {"min_size": 1, "max_size": pool}
        config["CONN_MAX_AGE"] = 0
    else:
        config.setdefault("CONN_MAX_AGE", KEEP_CONNECTION_SECONDS)
    return config


def cluster() -> Cluster:
    """Return the embedded server of this process: the test run's throw-away one, or the usual."""
    if folder := os.environ.get("PUENTE_THROWAWAY_DATABASE"):
        return Cluster(Path(folder).absolute(), throwaway=True)
    return Cluster(reachable_home(_wanted_home()))


def socket_folder() -> Path:
    """Return the folder that stands for the embedded server where psycopg wants a host."""
    return cluster().socket_folder


def ensure_running() -> None:
    """Start the embedded server unless it runs or DATABASE_URL names another one.

    Raises:
        ServerError, NoAccountError: it cannot be started; the message says why.
    """
    if not is_embedded():
        return
    server = cluster()
    if server.start() and not server.throwaway and server.home != _wanted_home():
        sys.stderr.write(
            f"puente: the account that runs PostgreSQL cannot reach {_wanted_home()}; "
            f"the database lives in {server.home}.\n"
        )


def stop() -> bool:
    """Stop the embedded server, ending its connections; return whether there was one to stop."""
    return is_embedded() and cluster().stop()


def remove() -> None:
    """Stop the embedded server and delete its data; does nothing to a server of DATABASE_URL."""
    if is_embedded():
        cluster().remove()


def status() -> Status:
    """Describe the embedded server without starting it."""
    server = cluster()
    running = server.is_ready()
    return Status(running, server.home, server.socket_folder, server.pid() if running else None)


def _wanted_home() -> Path:
    return Path(os.environ.get("PUENTE_STATE_DIR") or DEFAULT_STATE).absolute() / "postgres"


def _embedded_settings() -> dict[str, Any]:
    return {
        "NAME": embedded.DATABASE,
        "USER": embedded.USER,
        "PASSWORD": "",
        "HOST": str(socket_folder()),
        "PORT": str(embedded.PORT),
    }


def _settings_from_url() -> dict[str, Any]:
    url = os.environ["DATABASE_URL"].strip()
    _refuse_nonsense(url)
    config: dict[str, Any] = dict(environ.Env.db_url_config(url))
    config["HOST"] = unquote(config["HOST"])  # A socket's folder comes as %2Fvar%2Frun...
    return config


def _refuse_nonsense(url: str) -> None:
    """Explain what is wrong with the URL; never repeats it, since it holds a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise ImproperlyConfigured(
            f"DATABASE_URL has a wrong host or port ({problem}). It must look like {EXAMPLE}."
        ) from problem
    if parts.scheme not in SCHEMES:
        raise ImproperlyConfigured(
            f"DATABASE_URL must name a PostgreSQL database and look like {EXAMPLE}; "
            f"it starts with {parts.scheme + ':' if parts.scheme else 'no scheme'}."
        )
    if not unquote(parts.path).strip("/"):
        raise ImproperlyConfigured(
            f"DATABASE_URL names no database after the host. It must look like {EXAMPLE}."
        )
    if port == 0:
        raise ImproperlyConfigured(f"DATABASE_URL has port 0. It must look like {EXAMPLE}.")


def _pool_size() -> int:
    value = os.environ.get("PUENTE_DATABASE_POOL", "").strip()
    if not value:
        return 0
    if not value.isdigit() or int(value) < 1:
        raise ImproperlyConfigured(
            f"PUENTE_DATABASE_POOL must be a whole number from 1 upward, not {value!r}."
        )
    return int(value)
