"""The database server of one test run: claimed by its first process, removed by the same."""

import os
import shutil
import tempfile
from pathlib import Path

from matchmaking import database
from matchmaking.postgres.account import can_reach, server_account, temporary_folders
from tests import prepared

FOLDER = "PUENTE_THROWAWAY_DATABASE"
OWNER = "PUENTE_THROWAWAY_OWNER"
PREFIX = "puente-tests-"


def claim() -> None:
    """Name the run's folder unless DATABASE_URL or the person who runs the tests named one."""
    if not database.is_embedded() or FOLDER in os.environ:
        return
    _sweep()
    prepared.state()
    os.environ[FOLDER] = str(new_folder())
    os.environ[OWNER] = str(os.getpid())


def new_folder() -> Path:
    """Make a folder for a server, named after this process so that it can be swept later."""
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_base()))


def release() -> None:
    """Remove the folder and its server if this process claimed it."""
    if os.environ.get(OWNER) == str(os.getpid()):
        server = database.Cluster(Path(os.environ[FOLDER]), throwaway=True)
        if server.stop():
            prepared.keep(server)
        server.remove()


def _base() -> Path:
    account = server_account(Path("no data yet"))
    return next(base for base in temporary_folders() if base.is_dir() and can_reach(account, base))


def _sweep() -> None:
    """Remove what killed test runs left behind."""
    for folder in _base().glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)) and os.access(folder, os.W_OK):
            database.Cluster(folder, throwaway=True).remove()
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
