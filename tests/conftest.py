"""What every test may use. The cast (Ana, Beto, Carla, Olga, Clara) lives in tests/cast.py."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from matchmaking import database
from tests import prepared, seen, throwaway

pytest_plugins = ["tests.cast", "tests.clusters.report_loaded", "tests.participants"]


def pytest_configure(config: pytest.Config) -> None:
    """Note what the tests render and ask for."""
    config.pluginmanager.register(seen.Seen(writes=bool(config.getoption("--cov", None))), "seen")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder, so that no test forgets to."""
    for item in items:
        folders = item.path.parts
        if "house" in folders:
            item.add_marker("house")
        if "browser" in folders:
            item.add_marker("browser")
            # One worker keeps one browser and one live server.
            item.add_marker(pytest.mark.xdist_group("browser"))


def pytest_runtest_teardown() -> None:
    """A page read in Spanish leaves its thread in Spanish; the next test begins in English again."""
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    request: pytest.FixtureRequest,
) -> Iterator[None]:
    """Give each worker a copy of a migrated database, instead of migrating one for each."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        name = prepared.make(worker)
    yield
    with django_db_blocker.unblock():
        prepared.remove(name)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the throw-away server; workers leave that to the process that claimed it."""
    throwaway.release()
    if not database.is_embedded() and not hasattr(config, "workerinput"):
        prepared.forget()
