"""Which system account runs the embedded server, and where that account can reach its files.

PostgreSQL refuses to run as root. In containers and on rented machines people often are root, so
the server then runs as an account that already exists and owns nothing.
"""

import hashlib
import os
import pwd
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = ("nobody", "daemon", "www-data")
SYSTEM_STATE = Path("/var/lib")


@dataclass(frozen=True)
class Account:
    """A system account by name, with the numbers the kernel knows it by."""

    name: str
    uid: int
    gid: int


class NoAccountError(RuntimeError):
    """We are root and found no ordinary account to run the server as."""


def is_root() -> bool:
    """Say whether this process may hand files and processes to another account."""
    return os.geteuid() == 0


def server_account(data: Path) -> Account | None:
    """Return the account to run the server as; None means our own.

    An existing data folder keeps its owner, so a server first started by an ordinary user can be
    started by root later.
    """
    if not is_root():
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(_name_of(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise NoAccountError(
        "PostgreSQL does not run as root, and none of the accounts "
        f"{', '.join(UNPRIVILEGED)} exists here. Run the command as an ordinary user, "
        "or point DATABASE_URL at a PostgreSQL server."
    )


def can_reach(account: Account | None, folder: Path) -> bool:
    """Say whether `account` may pass through every existing folder down to `folder`."""
    if account is None:
        return True
    return all(_may_enter(account, step.stat()) for step in _existing_steps(folder))


def reachable_home(preferred: Path) -> Path:
    """Return `preferred`, or a folder of the same project that the server's account can reach.

    The substitute carries a hash of the preferred path, so two checkouts never share a database.
    """
    account = server_account(preferred / "data")
    if can_reach(account, preferred):
        return preferred
    mark = hashlib.sha256(str(preferred.resolve()).encode()).hexdigest()[:12]
    for base in (SYSTEM_STATE, *temporary_folders()):
        if base.is_dir() and os.access(base, os.W_OK) and can_reach(account, base):
            return base / f"puente-{mark}"
    return preferred


def temporary_folders() -> Iterator[Path]:
    """Yield folders for short-lived files, the one the system prefers first."""
    yield Path(tempfile.gettempdir())
    yield from (Path("/var/tmp"), Path("/dev/shm"))  # noqa: S108 - places to try, never file names


def give_to(account: Account | None, path: Path) -> None:
    """Hand `path` to `account`; nothing to do when the server runs as ourselves."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _existing_steps(folder: Path) -> Iterator[Path]:
    resolved = folder.resolve()
    yield from (step for step in (resolved, *resolved.parents) if step.exists())


def _may_enter(account: Account, entry: os.stat_result) -> bool:
    if entry.st_uid == account.uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    if entry.st_gid == account.gid:
        return bool(entry.st_mode & stat.S_IXGRP)
    return bool(entry.st_mode & stat.S_IXOTH)
