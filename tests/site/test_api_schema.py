"""The API against its own description: made-up calls, right and wrong, end in no server error."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

from clusters.models import User
from matchmaking.models import MeetingRequest
from matchmaking.wsgi import application
from tests.site.api_callers import program

bounded = settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = [not_a_server_error, response_schema_conformance]
CALLED = {
    ("GET", "positive"): 15,
    ("GET", "negative"): 11,
    ("POST", "positive"): 6,
    ("POST", "negative"): 6,
}
MODES = list(schemathesis.GenerationMode)


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    """The OpenAPI description, written without a warning."""
    GENERATOR_STATS.reset()
    written: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS, "no warning, no error"
    return json.loads(json.dumps(written, default=str))


def test_the_description_is_valid_openapi(description: dict[str, Any]) -> None:
    validate_schema(description)
    operations = [o for path in description["paths"].values() for o in path.values()]
    assert len(operations) == 21
    assert len({operation["operationId"] for operation in operations}) == 21
    assert all(operation.get("description") for operation in operations)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The calls see the rows of the test: Django closes no connection between them."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_made_up_calls_end_in_no_server_error(
    method: str,
    mode: schemathesis.GenerationMode,
    description: dict[str, Any],
    unhurried: None,
    one_connection: None,
    ana: User,
    asked: MeetingRequest,
) -> None:
    """Made-up queries and bodies, for rows that exist and for names made up as well."""
    header = {
        "Authorization": program(ana, "read", "write").defaults["HTTP_AUTHORIZATION"],
        "Accept-Encoding": "identity",
    }
    rows = {"requests": asked.pk, "registrations": asked.sender_id, "events": asked.event.slug,
            "organisations": "galician-cluster"}  # fmt: skip
    called = set()
    for operation in operations(description, method):
        row = rows.get(operation.path.split("/")[3])
        for parameters in ({"slug": row, "id": row}, {}):
            made_up = operation.as_strategy(
                generation_mode=mode,
                path_parameters={
                    k: v for k, v in parameters.items() if f"{{{k}}}" in operation.path
                },
            )

            @bounded
            @given(case=made_up)
            def call(case: schemathesis.Case) -> None:
                case.call_and_validate(headers=header, checks=CHECKS)

            with suppress(Unsatisfiable):  # nothing to get wrong in an address without parameters
                call()
                called.add(operation.path)
    assert len(called) == CALLED[method, mode.value]


def operations(description: dict[str, Any], method: str) -> Iterator[Any]:
    """The operations of one method, to be called in this process."""
    schema = schemathesis.openapi.from_dict(description)
    schema.app = application
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.method.upper() == method:
            yield operation
