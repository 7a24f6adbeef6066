"""A migrated database to copy: migrations run once for each state of the code, not for each run.

The first worker that needs a database migrates a template; every worker copies it, which takes a
fraction of a second. Over the embedded server the template outlives the run below var/tests, under
a hash of all that decides what it holds.
"""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from matchmaking import database
from matchmaking.postgres.cluster import Cluster

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "tests"
DECIDES = ("*/migrations/*.py", "requirements/*.txt", "matchmaking/settings.py")
LOCK = 7_305_011  # any number that nobody else locks
STATE = "PUENTE_THROWAWAY_STATE"
DONE = "prepared"


def state() -> str:
    """Return the hash of the files that decide what a migrated database holds.

    Taken once a run, since somebody may edit a migration meanwhile.
    """
    if STATE not in os.environ:
        os.environ[STATE] = _state_now()
    return os.environ[STATE]


def _state_now() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in DECIDES for path in ROOT.glob(pattern)):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def make(worker: str) -> str:
    """Make a migrated database for one worker of this run, connect to it, return its name."""
    template, name = _template(), f"test_puente_{os.getpid()}_{worker}"
    if database.is_embedded():
        _restore(database.cluster())
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not _exists(server, template):
            _migrate(server, template)
        _drop(server, name)
        statement = "CREATE DATABASE {} TEMPLATE {}"
        server.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template)))
    _connect_to(name)
    return name


def remove(name: str) -> None:
    """Drop a worker's database."""
    connection.close()
    with _server() as server:
        _drop(server, name)


def keep(server: Cluster) -> None:
    """Keep a stopped server's data for later runs, in place of that of other states."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / state()
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists() or not (server.home / DONE).exists():
            return
        for old in KEPT.iterdir():
            if old.is_dir():
                subprocess.run(["rm", "-rf", str(old)], check=True)
        unfinished = KEPT / f"{state()}.new"
        _copy(server.data, unfinished)
        unfinished.rename(kept)


def forget() -> None:
    """Drop the template from a server that is not ours to fill; one that is gone holds none."""
    with suppress(psycopg.OperationalError), _server() as server:
        _drop(server, _template())


def _restore(server: Cluster) -> None:
    """Begin a throw-away server with what an earlier run kept for this state of the code."""
    kept = KEPT / state()
    server.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (server.home / "restore.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists() and not server.data.exists():
            unfinished = server.home / "data.kept"
            _copy(kept, unfinished)
            unfinished.rename(server.data)


def _template() -> str:
    return f"test_puente_template_{state()}"


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    """Connect to the server itself; the lock of `make` ends with the connection."""
    parameters = connection.get_connection_params()
    wanted = {
        key: parameters[key] for key in ("host", "port", "user", "password") if key in parameters
    }
    with psycopg.connect(**wanted, dbname="postgres", autocommit=True) as server:
        yield server


def _exists(server: psycopg.Connection, name: str) -> bool:
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _migrate(server: psycopg.Connection, template: str) -> None:
    # Named as the template only when it is complete.
    unfinished = f"{template}_unfinished"
    _drop(server, unfinished)
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
    _connect_to(unfinished)
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()
    statement = "ALTER DATABASE {} RENAME TO {}"
    server.execute(sql.SQL(statement).format(sql.Identifier(unfinished), sql.Identifier(template)))
    if database.is_embedded():
        (database.cluster().home / DONE).touch()


def _connect_to(name: str) -> None:
    """Point this process at a database; threads share the dictionary that is changed."""
    connection.close()
    connection.settings_dict["NAME"] = name


def _copy(source: Path, target: Path) -> None:
    # cp keeps the owner, which is the server's account when the tests run as root.
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
