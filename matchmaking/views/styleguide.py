"""The style guide: every component in every state, with invented data. For staff."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.mapping import MIDDLE, Drawing, Place, Tie, draw
from matchmaking.reads.bridge import Bridge, BridgePart, BridgeSpan
from matchmaking.reads.organiser.converging import Converging, converging
from matchmaking.reads.plans import Drawing as PlanDrawing
from matchmaking.reads.plans import Mark


class SampleForm(forms.Form):
    """One field of each kind of control."""

    website = forms.CharField(
        label=gettext_lazy("Website"),
        help_text=gettext_lazy("As text; it is never fetched."),
        initial="www.cluster.example",
    )
    answer_by = forms.DateField(label=gettext_lazy("Answer by"))
    aim = forms.CharField(label=gettext_lazy("Aim"), widget=forms.Textarea, required=False)
    stance = forms.ChoiceField(
        label=gettext_lazy("Stance"),
        choices=[("active", gettext_lazy("active")), ("exploring", gettext_lazy("exploring"))],
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("How you take part"),
        widget=forms.RadioSelect,
        initial="site",
        choices=[("site", gettext_lazy("On site")), ("online", gettext_lazy("Online"))],
    )
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("Formats"),
        widget=forms.CheckboxSelectMultiple,
        initial=["c2c"],
        required=False,
        choices=[("c2c", "C2C"), ("c2b", "C2B"), ("b2b", "B2B")],
    )
    open_to_all = forms.BooleanField(label=gettext_lazy("Open to my country"), required=False)


CONVERGING = converging(
    [[0.5, 9100, 12900], [2.0, 11400, 12700], [5.0, 12310, 12450], [14.0, 12402, 12408]]
)


@dataclass(frozen=True)
class SampleOption:
    """A row of a facet."""

    value: str
    label: str
    count: int
    selected: bool = False
    depth: int = 0


@dataclass(frozen=True)
class SampleFootnote:
    """A footnote of the report."""

    number: int
    url: str = "cluster.example/about"


@dataclass(frozen=True)
class SampleCite:
    """A place in the report."""

    code: str
    section: str
    footnote: SampleFootnote | None
    is_inferred: bool = False
    is_demo: bool = False
    page: str = ""
    note: str = ""


def _bridge(
    left: tuple[str, str, float, float, float],
    right: tuple[str, str, float, float, float],
    *,
    coverage: float,
    parts: tuple[tuple[BridgePart, ...], tuple[BridgePart, ...]] = ((), ()),
) -> Bridge:
    spans = [BridgeSpan(*row, parts=known) for row, known in zip((left, right), parts, strict=True)]
    score, low, high = (
        (getattr(spans[0], key) * getattr(spans[1], key)) ** 0.5
        for key in ("points", "low", "high")
    )
    return Bridge(spans[0], spans[1], score, low, high, coverage)


def _parts(rows: list[tuple[str, float]]) -> tuple[BridgePart, ...]:
    labels = {
        "sector": _("sector"),
        "target": _("target"),
        "need": _("need"),
        "kind": _("kind"),
        "record": _("record"),
        "practice": _("practice"),
    }
    return tuple(BridgePart(code, labels[code], points) for code, points in rows)


def _full_bridge() -> Bridge:
    left = [("sector", 27.9), ("need", 13.3), ("kind", 8.0), ("record", 3.0), ("practice", 4.0)]
    right = [
        ("sector", 28.5),
        ("target", 20.0),
        ("need", 10.0),
        ("kind", 6.0),
        ("record", 7.2),
        ("practice", 4.0),
    ]
    return _bridge(
        ("CEAGA", "eu", 67.2, 56.2, 81.2),
        ("CLAUT", "mx", 77.7, 75.7, 80.7),
        coverage=0.75,
        parts=(_parts(left), _parts(right)),
    )


def _rows() -> list[tuple[str, Bridge]]:
    return [
        (
            _("row, everything known"),
            _bridge(("A", "eu", 72, 72, 72), ("B", "mx", 61, 61, 61), coverage=1),
        ),
        (
            _("row, almost nothing known"),
            _bridge(("A", "eu", 34, 8, 78), ("B", "mx", 36, 12, 70), coverage=0.3),
        ),
        (
            _("row, one side gains little"),
            _bridge(("A", "eu", 84, 78, 88), ("B", "mx", 11, 6, 18), coverage=0.88),
        ),
        (
            _("row, with a third country"),
            _bridge(("A", "eu", 48, 40, 60), ("B", "third", 52, 38, 66), coverage=0.72),
        ),
    ]


def _options() -> list[SampleOption]:
    return [
        SampleOption("mobility", "Mobility, transport, automotive", 4),
        SampleOption("automotive", "Automotive", 4, selected=True, depth=1),
        SampleOption("logistics", "Logistics", 0, depth=1),
        SampleOption("energy", "Energy, renewables", 2),
    ]


def _map() -> Drawing:
    places = [
        Place("monterrey", "Nuevo León", "mx", 25.7, -100.3, count=2),
        Place("mexico", "Mexico City", "mx", 19.4, -99.1),
        Place("vigo", "Galicia", "eu", 42.2, -8.7),
        Place("potsdam", "Brandenburg", "eu", 52.4, 13.1),
    ]
    ties = [Tie("mexico", "potsdam"), Tie("vigo", "monterrey", is_wish=True)]
    return draw(MIDDLE, places, ties)


def _plan() -> PlanDrawing:
    marks = (
        Mark("T1", 120, 150),
        Mark("T12", 320, 150, is_marked=True),
        Mark("Booth of the Galician cluster", 480, 80),
        Mark("Coffee corner", 900, 220),
    )
    return PlanDrawing("Hall A", 300, marks)


@dataclass(frozen=True)
class Guide:
    """Everything the style guide shows."""

    full: Bridge = field(default_factory=_full_bridge)
    from_mexico: Bridge = field(
        default_factory=lambda: _bridge(
            ("CeMIE-Geo", "mx", 64.9, 54.9, 74.9),
            ("Basque Energy Cluster", "eu", 58.6, 39.6, 79.6),
            coverage=0.6,
        )
    )
    rows: list[tuple[str, Bridge]] = field(default_factory=_rows)
    options: list[SampleOption] = field(default_factory=_options)
    cites: tuple[SampleCite, ...] = (
        SampleCite("4.1-29", "4.1", SampleFootnote(29)),
        SampleCite("4.3-47", "4.3", SampleFootnote(47), is_inferred=True),
    )
    drawing: Drawing = field(default_factory=_map)
    plan: PlanDrawing = field(default_factory=_plan)
    form: SampleForm = field(default_factory=SampleForm)
    wrong: SampleForm = field(
        default_factory=lambda: SampleForm(
            {"website": "", "answer_by": "2027-02-31", "stance": "maybe", "mode": "site"},
            auto_id="wrong_%s",
        )
    )
    page: Page[int] = field(default_factory=lambda: Paginator(range(320), 50).page(2))
    at: datetime = datetime(2027, 3, 10, 16, 27, tzinfo=UTC)
    late: datetime = datetime(2027, 3, 11, 0, 20, tzinfo=UTC)
    day: date = date(2028, 3, 1)
    soon: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(days=3, hours=1))
    colours: tuple[tuple[str, Any], ...] = (
        ("page", gettext_lazy("page")),
        ("surface", gettext_lazy("surface, fields")),
        ("sunk", gettext_lazy("sunk")),
        ("text", gettext_lazy("text and action")),
        ("text-soft", gettext_lazy("secondary text")),
        ("rule", gettext_lazy("rule")),
        ("rule-firm", gettext_lazy("firm rule")),
        ("edge", gettext_lazy("edge of controls")),
        ("eu", gettext_lazy("EU side")),
        ("eu-wash", gettext_lazy("EU wash")),
        ("mx", gettext_lazy("Mexican side")),
        ("mx-wash", gettext_lazy("Mexican wash")),
        ("third", gettext_lazy("third countries")),
        ("good", gettext_lazy("good")),
        ("warn", gettext_lazy("careful")),
        ("bad", gettext_lazy("wrong")),
        ("focus", gettext_lazy("focus ring")),
    )
    stages: tuple[tuple[str, Any], ...] = (
        ("call", gettext_lazy("call")),
        ("booking", gettext_lazy("booking")),
        ("planning", gettext_lazy("planning")),
        ("published", gettext_lazy("published")),
        ("live", gettext_lazy("live")),
        ("closed", gettext_lazy("closed")),
    )
    converging: Converging | None = CONVERGING
    views: tuple[dict[str, Any], ...] = (
        {"label": gettext_lazy("List"), "icon": "list", "href": "#lists", "current": True},
        {"label": gettext_lazy("Map"), "icon": "map", "href": "#lists", "current": False},
        {"label": gettext_lazy("Table"), "icon": "table", "href": "#lists", "current": False},
    )


def styleguide(request: HttpRequest) -> HttpResponse:
    """Staff look at components here, and browser tests photograph them."""
    if not getattr(request.user, "is_staff", False):
        raise PermissionDenied
    return render(request, "styleguide.html", {"guide": Guide(), "demo_data": True})
