"""What a profile still lacks, by the sections in which its owner fills it in."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation


@dataclass(frozen=True)
class Section:
    """One section of a profile: how many of its questions are answered, and which are not."""

    code: str
    title: Promise
    answered: int
    asked: int
    missing: tuple[Promise, ...]

    @property
    def is_complete(self) -> bool:
        """Nothing is left to ask."""
        return not self.missing

    @property
    def percent(self) -> int:
        """Answered questions of a hundred, rounded down, so that only a complete one shows 100."""
        return 100 * self.answered // self.asked


def completeness(organisation: Organisation) -> tuple[Section, ...]:
    """Each section of the profile. Reads prefetched relations where the caller prefetched them."""
    return tuple(
        _section(code, title, questions) for code, title, questions in _questions(organisation)
    )


def missing_for_listing(organisation: Organisation) -> list[Promise]:
    """What a curator needs before a profile can be listed: name, aim, country, sector, website."""
    needed = {"name", "aim", "countries", "sectors", "website"}
    return [
        label
        for _code, _title, questions in _questions(organisation)
        for name, label, is_answered in questions
        if name in needed and not is_answered
    ]


Question = tuple[str, Promise, bool]


def _questions(organisation: Organisation) -> list[tuple[str, Promise, list[Question]]]:
    o = organisation
    relations = [*o.relations.all(), *o.relations_to.all()]
    return [
        (
            "who",
            _("Who you are"),
            [
                ("name", _("the name"), bool(o.name)),
                ("aim", _("the aim in one sentence or two"), bool(o.aim_en or o.aim_es)),
                ("both", _("the aim in both languages"), bool(o.aim_en and o.aim_es)),
                ("countries", _("a country"), bool(o.countries.all())),
                ("region", _("the region"), o.region_id is not None),
                ("website", _("a website"), bool(o.website)),
                ("languages", _("working languages"), bool(o.languages)),
                ("member_count", _("the number of members"), o.member_count is not None),
            ],
        ),
        ("sectors", _("Sectors"), [("sectors", _("a sector"), bool(o.sector_foci.all()))]),
        (
            "targets",
            _("Where you want to go"),
            [("targets", _("a target country or region"), bool(o.targets.all()))],
        ),
        (
            "interests",
            _("What you seek and offer"),
            [
                ("seeks", _("something you seek"), _has_way(o, "seeks")),
                ("offers", _("something you offer"), _has_way(o, "offers")),
            ],
        ),
        (
            "relations",
            _("Whom you work with"),
            [("relations", _("a network or partner"), bool(relations))],
        ),
    ]


def _has_way(organisation: Organisation, way: str) -> bool:
    return any(row.direction in {way, "both"} for row in organisation.interests.all())


def _section(code: str, title: Promise, questions: list[Question]) -> Section:
    missing = tuple(label for _name, label, is_answered in questions if not is_answered)
    return Section(code, title, len(questions) - len(missing), len(questions), missing)
