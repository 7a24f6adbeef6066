"""The fixture files, and the report loaded once for a module of tests."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from clusters.models import Organisation

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
REFERENCE = sorted((FIXTURES / "reference").glob("*.yaml"))
FILES = [*REFERENCE, *sorted((FIXTURES / "report").glob("*.yaml"))]


def organisation(slug: str) -> Organisation:
    """The organisation of that short name."""
    return Organisation.objects.get(slug=slug)


def cited(row: Any) -> set[str]:
    """Codes of a record's citations."""
    return set(row.citations.values_list("code", flat=True))


def load_plainly(files: list[Path]) -> None:
    """Plain `loaddata`, all files in one call."""
    call_command("loaddata", *map(str, files), verbosity=0)


@pytest.fixture(scope="module")
def reference(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Reference data alone, for the tests of one module; rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_plainly(REFERENCE)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def report(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Reference data and the report by the command, for the tests of one module; rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_fixtures", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def plain_report(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """As `report`, by plain `loaddata`."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_plainly(FILES)
        yield
        transaction.set_rollback(True)
