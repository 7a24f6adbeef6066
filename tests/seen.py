"""Which templates a test run rendered and which addresses it asked for, for the ratchet.

Workers of pytest-xdist hand their part to the process that started them. The result is written
only with `--cov`, that is, by `make check`.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.template import Template
from django.test.signals import template_rendered
from django.urls import ResolverMatch

RESULT = Path(__file__).resolve().parent.parent / "var" / "coverage" / "seen.json"


class Seen:
    """A plugin that looks on; `pytest_configure` of tests/conftest.py registers it."""

    def __init__(self, *, writes: bool) -> None:
        self.writes = writes
        self.templates: set[str] = set()
        self.routes: set[str] = set()
        self._patch = pytest.MonkeyPatch()

    def pytest_sessionstart(self) -> None:
        """Begin to look."""
        template_rendered.connect(self._rendered)
        seen, resolve = self, BaseHandler.resolve_request

        def resolve_request(handler: BaseHandler, request: HttpRequest) -> ResolverMatch:
            match = resolve(handler, request)
            seen.routes.add(match.route)
            return match

        self._patch.setattr(BaseHandler, "resolve_request", resolve_request)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what was seen, or write it."""
        template_rendered.disconnect(self._rendered)
        self._patch.undo()
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["seen"] = [sorted(self.templates), sorted(self.routes)]
        elif self.writes:
            RESULT.parent.mkdir(parents=True, exist_ok=True)
            found = {"templates": sorted(self.templates), "routes": sorted(self.routes)}
            RESULT.write_text(json.dumps(found, indent=1))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker saw."""
        templates, routes = getattr(node, "workeroutput", {}).get("seen", ([], []))
        self.templates.update(templates)
        self.routes.update(routes)

    def _rendered(self, *, template: Template, **_rest: object) -> None:
        if template.name:
            self.templates.add(template.name[:])  # A plain string, which workers can send.
