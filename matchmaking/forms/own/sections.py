"""Forms of the sections of a profile that are lists: sectors, stances, cooperation interests.

Each knows the state of its section (`seen_now`), sends it along, and keeps what the editor chose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.actions import InterestChoice, StanceChoice
from clusters.choices import Direction, Side, Stance
from clusters.models import CooperationKind, Country, InternationalTarget, Organisation, Sector
from clusters.reads.sections import interests_state, sectors_state, targets_state
from clusters.reads.spelling import folded
from matchmaking.forms.countries import CountryField

NOT_SAID = ("", _("not said"))
STANCES = [*Stance.choices, NOT_SAID]
WORDS_LENGTH = 300


class SectionForm(forms.Form):
    """What the three have in common."""

    seen = forms.CharField(max_length=16)

    def __init__(self, own: Organisation, data: Mapping[str, Any] | None = None) -> None:
        self.own = own
        super().__init__(data)
        self.prepare()

    def prepare(self) -> None:
        """Make the fields that depend on the profile."""


@dataclass(frozen=True)
class SectorNode:
    """A sector in the tree, with what the form says about it."""

    sector: Sector
    depth: int
    is_chosen: bool
    is_main: bool


class SectorsForm(SectionForm):
    """The sectors of a profile, one of them the main one."""

    sectors = forms.ModelMultipleChoiceField(Sector.objects.all(), required=False)
    main = forms.ModelChoiceField(Sector.objects.all(), required=False)

    @property
    def seen_now(self) -> str:
        """The section as it is."""
        return sectors_state(self.own)

    @cached_property
    def tree(self) -> list[SectorNode]:
        """Every sector after the one it is part of."""
        chosen, main = self._chosen()
        children: dict[int | None, list[Sector]] = {}
        for sector in Sector.objects.all():
            children.setdefault(sector.parent_id, []).append(sector)
        found: list[SectorNode] = []

        def walk(parent: int | None, depth: int) -> None:
            for sector in children.get(parent, ()):
                key = str(sector.pk)
                found.append(SectorNode(sector, depth, key in chosen, key == main))
                walk(sector.pk, depth + 1)

        walk(None, 0)
        return found

    @property
    def present(self) -> list[str]:
        """What is saved."""
        return [str(focus.sector) for focus in self.own.sector_foci.select_related("sector")]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        return {"sectors": given["sectors"], "main": given["main"], "seen": given["seen"]}

    def _chosen(self) -> tuple[set[str], str]:
        if self.is_bound:
            data: Any = self.data
            return set(data.getlist("sectors")), data.get("main", "")
        foci = list(self.own.sector_foci.all())
        main = next((str(focus.sector_id) for focus in foci if focus.is_main), "")
        return {str(focus.sector_id) for focus in foci}, main


@dataclass(frozen=True)
class Place:
    """A place of the form and its field."""

    name: str
    field: str
    country: Country | None
    others: tuple[InternationalTarget, ...]
    region: Any = None


def _by_name(country: Country) -> str:
    return folded(country.name)


class TargetsForm(SectionForm):
    """Stances towards the places of the other side, and towards any country added."""

    add = CountryField(label=_("Another country"), required=False, empty_label=_("none"))
    add_stance = forms.ChoiceField(
        label=_("Stance towards it"), required=False, choices=STANCES, initial=Stance.ACTIVE
    )

    def prepare(self) -> None:
        """One field for each place."""
        for place in self.places:
            self.fields[place.field] = forms.ChoiceField(
                label=place.name,
                choices=STANCES,
                required=False,
                widget=forms.RadioSelect,
                initial=self._own.get((place.country, place.region), ""),
            )

    @property
    def seen_now(self) -> str:
        """The section as it is."""
        return targets_state(self.own)

    @cached_property
    def rows(self) -> list[InternationalTarget]:
        """Every stance on the profile that is not limited to a sector."""
        rows = self.own.targets.filter(sector=None).select_related("country", "region")
        return list(rows.prefetch_related("citations__source", "citations__footnote"))

    @cached_property
    def _own(self) -> dict[tuple[Any, Any], str]:
        return {(one.country, one.region): one.stance for one in self.rows if one.is_own_statement}

    @cached_property
    def places(self) -> list[Place]:
        """Places of the other side, and those somebody has spoken of."""
        spoken = {one.country_id for one in self.rows if one.country_id}
        regions = {one.region for one in self.rows if one.region}
        other = Q(code="MX") if self.own.side == Side.EU else Q(is_eu_member=True)
        if self.own.side == Side.THIRD:
            other |= Q(code="MX")
        countries = Country.objects.filter(other | Q(pk__in=spoken))
        found = [self._place(country=country) for country in sorted(countries, key=_by_name)]
        found += [self._place(region=one) for one in sorted(regions, key=str)]
        if self.own.side != Side.EU or any(one.scope == "eu" for one in self.rows):
            found.insert(0, self._place())
        return found

    def _place(self, country: Country | None = None, region: Any = None) -> Place:
        others = tuple(
            one
            for one in self.rows
            if (one.country, one.region) == (country, region) and not one.is_own_statement
        )
        name = str(country or region or _("EU member states"))
        code = country.code if country else region.code if region else "all"
        return Place(name, f"to-{code}", country, others, region)

    @property
    def lines(self) -> list[tuple[Place, forms.BoundField]]:
        """Places with their fields, for the page."""
        return [(place, self[place.field]) for place in self.places]

    @property
    def present(self) -> list[str]:
        """What is saved."""
        own = (one for one in self.rows if one.is_own_statement)
        return [f"{one.place}: {one.get_stance_display()}" for one in own]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        choices = [
            StanceChoice(given[place.field], place.country, place.region) for place in self.places
        ]
        if given["add"] is not None:
            choices.append(StanceChoice(given["add_stance"], given["add"]))
        return {"choices": choices, "seen": given["seen"]}


@dataclass(frozen=True)
class InterestRow:
    """One line of the table of interests."""

    key: str
    kind: CooperationKind
    fields: tuple[str, ...]


class InterestsForm(SectionForm):
    """Kinds of cooperation: sought, offered, in which sector, in own words."""

    more = forms.ModelChoiceField(
        CooperationKind.objects.all(), label=_("Kind"), required=False, empty_label=_("none")
    )

    def prepare(self) -> None:
        """Four fields for each line, and four for one more of a kind that is there already."""
        sectors = [(str(one.pk), str(one)) for one in Sector.objects.all()]
        self._sectors = [("", _("any sector")), *sectors]
        kept = {
            (one.kind_id, one.sector_id): one
            for one in self.own.interests.select_related("kind", "sector")
        }
        kinds = list(CooperationKind.objects.all())
        self.rows: list[InterestRow] = []
        for kind in kinds:
            mine = [one for (pk, _sector), one in kept.items() if pk == kind.pk]
            for one in mine:
                self._row(kind, one)
            if not mine:
                self._row(kind, None)
        self._fields("more", None)

    def _row(self, kind: CooperationKind, interest: Any) -> None:
        sector = f".{interest.sector.code}" if interest and interest.sector else ""
        key = f"{kind.code}{sector}"
        self.rows.append(InterestRow(key, kind, self._fields(key, interest)))

    def _fields(self, key: str, interest: Any) -> tuple[str, ...]:
        way = interest.direction if interest else ""
        made: dict[str, forms.Field] = {
            "seeks": forms.BooleanField(
                label=_("seeks"), required=False, initial=way in {"seeks", "both"}
            ),
            "offers": forms.BooleanField(
                label=_("offers"), required=False, initial=way in {"offers", "both"}
            ),
            "sector": forms.ChoiceField(
                label=_("Only in the sector"),
                required=False,
                choices=self._sectors,
                initial=str(interest.sector_id or "") if interest else "",
            ),
            "words": forms.CharField(
                label=_("In own words"),
                required=False,
                max_length=WORDS_LENGTH,
                initial=interest.description if interest else "",
            ),
        }
        self.fields.update({f"{key}-{name}": field for name, field in made.items()})
        return tuple(f"{key}-{name}" for name in made)

    @property
    def seen_now(self) -> str:
        """The section as it is."""
        return interests_state(self.own)

    @property
    def lines(self) -> list[tuple[CooperationKind, list[forms.BoundField]]]:
        """Kinds with their four fields, for the page."""
        return [(row.kind, [self[name] for name in row.fields]) for row in self.rows]

    @property
    def one_more(self) -> list[forms.BoundField]:
        """The four fields of the last line."""
        return [self[f"more-{name}"] for name in ("seeks", "offers", "sector", "words")]

    @property
    def present(self) -> list[str]:
        """What is saved."""
        rows = self.own.interests.select_related("kind", "sector")
        return [f"{one.kind}: {one.get_direction_display()}" for one in rows]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lines = [(row.key, row.kind) for row in self.rows]
        if cleaned.get("more"):
            lines.append(("more", cleaned["more"]))
        choices = [self._choice(cleaned, key, kind) for key, kind in lines]
        chosen = [one for one in choices if one.direction]
        pairs = [(one.kind.pk, one.sector.pk if one.sector else None) for one in chosen]
        if len(set(pairs)) != len(pairs):
            raise ValidationError(
                _(
                    "One kind of cooperation stands twice for the same sector. Choose another sector."
                )
            )
        cleaned["choices"] = chosen
        return cleaned

    def _choice(self, cleaned: dict[str, Any], key: str, kind: CooperationKind) -> InterestChoice:
        seeks, offers = cleaned.get(f"{key}-seeks"), cleaned.get(f"{key}-offers")
        way = Direction.BOTH if seeks and offers else Direction.SEEKS if seeks else ""
        if offers and not seeks:
            way = Direction.OFFERS
        pk = cleaned.get(f"{key}-sector")
        sector = Sector.objects.get(pk=pk) if pk else None
        return InterestChoice(kind, way, sector, (cleaned.get(f"{key}-words") or "").strip())

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {"choices": self.cleaned_data["choices"], "seen": self.cleaned_data["seen"]}
