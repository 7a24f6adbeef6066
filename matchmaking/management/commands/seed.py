"""`manage.py seed`: a large invented data set, to measure with."""

import random
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

import pgtrigger
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clusters.choices import (
    Direction,
    LabelLevel,
    OrganisationKind,
    OrganisationStatus,
    RelationKind,
    Side,
    SourceKind,
    Stance,
    TargetScope,
)
from clusters.models import (
    Citation,
    CooperationInterest,
    CooperationKind,
    Country,
    InternationalTarget,
    Label,
    Organisation,
    Region,
    Relation,
    Sector,
    SectorFocus,
    Source,
)

PREFIX = "seed-"
KINDS: tuple[tuple[OrganisationKind, int], ...] = (
    (OrganisationKind.CLUSTER, 20),
    (OrganisationKind.COMPANY, 55),
    (OrganisationKind.UNIVERSITY, 10),
    (OrganisationKind.RESEARCH_INSTITUTE, 10),
    (OrganisationKind.BUSINESS_ASSOCIATION, 5),
)
# One in ten on the Mexican side, as in the all-pairs measure of 20,000 x 2,000.
MEXICAN_SHARE = 0.1
WORDS = (
    "Norte", "Alba", "Ferro", "Verde", "Atlas", "Delta", "Lumen", "Brisa", "Costa", "Sierra",
    "Vela", "Prisma", "Nova", "Terra", "Aqua", "Motor", "Aero", "Bio", "Geo", "Solar",
)  # fmt: skip
FORMS = ("Cluster", "Alliance", "Centre", "Industries", "Institute", "Network", "Works", "Labs")
BATCH = 2000
FACTS = (SectorFocus, InternationalTarget, CooperationInterest, Label, Relation)
TRACKED = (
    *(f"clusters.{model.__name__}:delete_delete" for model in FACTS),
    *(
        f"clusters.{model.__name__}:{name}_{name}"
        for model in (Organisation, *FACTS)
        for name in ("insert", "update")
    ),
)


class Command(BaseCommand):
    help = (
        "Adds invented organisations (marked as demo data) to measure with. Same seed, same data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisations", type=int, default=20_000, help="how many")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--remove", action="store_true", help="take all seeded ones out again")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        # No history of invented rows: it would double them.
        with transaction.atomic(), pgtrigger.ignore(*TRACKED):
            removed = self.remove()
            if options["remove"]:
                self.stdout.write(f"Removed {removed} seeded organisations.")
                return
            if options["organisations"] < 1:
                raise CommandError("--organisations must be at least 1.")
            total = Seeder(options["organisations"], options["seed"]).run()
        seconds = time.perf_counter() - started
        self.stdout.write(f"Seeded {total} invented organisations in {seconds:.1f} s.")

    def remove(self) -> int:
        """Seeded rows go by raw delete: nothing else refers to them but facts."""
        seeded = Organisation.objects.filter(slug__startswith=PREFIX)
        found = seeded.count()
        for model in FACTS:
            model.objects.filter(organisation__in=seeded).delete()
        Organisation.countries.through.objects.filter(organisation__in=seeded).delete()
        seeded.delete()
        return found


class Seeder:
    """Writes one data set; every choice comes from one seeded generator."""

    def __init__(
        self,
        size: int,
        seed: int,
        *,
        prefix: str = PREFIX,
        mexican: float = MEXICAN_SHARE,
        skip: int = 0,
    ) -> None:
        self.size = size
        self.prefix = prefix
        self.share = mexican
        self.skip = skip
        self.random = random.Random(seed)  # reproducible data, no secret
        self.sectors = list(Sector.objects.exclude(parent=None).order_by("code"))
        self.kinds = list(CooperationKind.objects.order_by("code"))
        self.eu = list(Country.objects.filter(is_eu_member=True).order_by("code"))
        mexico = Country.objects.filter(code="MX").first()
        if not (self.sectors and self.kinds and self.eu and mexico):
            raise CommandError("Load the reference data first: manage.py load_fixtures")
        self.mexico: Country = mexico
        self.states = list(Region.objects.filter(country__code="MX").order_by("code"))
        self.nuts = self._nuts()
        source, _ = Source.objects.get_or_create(
            code="demo",
            defaults={"kind": SourceKind.DEMO, "title": "Demo data, invented for this product"},
        )
        self.citation, _ = Citation.objects.get_or_create(code="demo", defaults={"source": source})

    def run(self) -> int:
        rows = [self.organisation(n) for n in range(self.size)][self.skip :]
        Organisation.objects.bulk_create([row for row, _ in rows], batch_size=BATCH)
        through = Organisation.countries.through
        through.objects.bulk_create(
            [through(organisation_id=o.pk, country_id=c.pk) for o, c in rows], batch_size=BATCH
        )
        organisations = [o for o, _ in rows]
        self.write(SectorFocus, (f for o in organisations for f in self.foci(o)))
        self.write(InternationalTarget, (t for o in organisations for t in self.targets(o)))
        self.write(CooperationInterest, (i for o in organisations for i in self.interests(o)))
        self.write(Label, (fact for o in organisations for fact in self.labels(o)))
        self.write(Relation, (r for o in organisations for r in self.relations(o, organisations)))
        return len(organisations)

    def write(self, model: type[Any], facts: Iterable[Any]) -> None:
        """Facts with their citation: inventions are marked as such."""
        rows = model.objects.bulk_create(list(facts), batch_size=BATCH)
        through = model.citations.through
        column = f"{model._meta.model_name}_id"
        through.objects.bulk_create(
            [through(**{column: row.pk, "citation_id": self.citation.pk}) for row in rows],
            batch_size=BATCH,
        )

    def organisation(self, n: int) -> tuple[Organisation, Country]:
        mexican = self.random.random() < self.share
        country = self.mexico if mexican else self.random.choice(self.eu)
        regions = self.states if mexican else self.nuts[country.pk]
        kinds, weights = [kind for kind, _ in KINDS], [weight for _, weight in KINDS]
        kind = self.random.choices(kinds, weights)[0]
        words = self.random.sample(WORDS, 2)
        name = f"{words[0]} {words[1]} {self.random.choice(FORMS)} {n + 1}"
        organisation = Organisation(
            slug=f"{self.prefix}{n + 1}",
            name=name,
            kind=kind,
            side=Side.MX if mexican else Side.EU,
            side_reason="demo data",
            region=self.random.choice(regions) if regions and self.random.random() < 0.8 else None,
            languages=list(country.languages[:1]) + (["en"] if self.random.random() < 0.7 else []),
            aim_en=f"An invented organisation that works on {words[0].lower()} {words[1].lower()}.",
            status=OrganisationStatus.LISTED,
            is_demo=True,
        )
        return organisation, country

    def foci(self, organisation: Organisation) -> Iterator[SectorFocus]:
        for n, sector in enumerate(self.random.sample(self.sectors, self.random.randint(1, 3))):
            yield SectorFocus(organisation=organisation, sector=sector, is_main=n == 0)

    def targets(self, organisation: Organisation) -> Iterator[InternationalTarget]:
        if self.random.random() < 0.4:
            return
        stance = self.random.choice((Stance.ACTIVE, Stance.ACTIVE, Stance.EXPLORING))
        if organisation.side == Side.EU:
            yield InternationalTarget(
                organisation=organisation,
                stance=stance,
                scope=TargetScope.COUNTRY,
                country=self.mexico,
            )
        elif self.random.random() < 0.4:
            yield InternationalTarget(
                organisation=organisation, stance=stance, scope=TargetScope.EU
            )
        else:
            for country in self.random.sample(self.eu, 2):
                yield InternationalTarget(
                    organisation=organisation,
                    stance=stance,
                    scope=TargetScope.COUNTRY,
                    country=country,
                )

    def interests(self, organisation: Organisation) -> Iterator[CooperationInterest]:
        for kind in self.random.sample(self.kinds, self.random.randint(0, 4)):
            direction = self.random.choice(list(Direction))
            yield CooperationInterest(organisation=organisation, kind=kind, direction=direction)

    def labels(self, organisation: Organisation) -> Iterator[Label]:
        if organisation.kind == OrganisationKind.CLUSTER and self.random.random() < 0.3:
            level = self.random.choices(list(LabelLevel), (26, 4, 1))[0]
            yield Label(organisation=organisation, level=level)

    def relations(
        self, organisation: Organisation, others: list[Organisation]
    ) -> Iterator[Relation]:
        for _n in range(self.random.choice((0, 0, 0, 1, 2))):
            other = self.random.choice(others)
            if other is not organisation:
                yield Relation(
                    organisation=organisation, kind=RelationKind.COOPERATES_WITH, other=other
                )

    def _nuts(self) -> dict[int, list[Region]]:
        regions: dict[int, list[Region]] = {country.pk: [] for country in self.eu}
        for region in Region.objects.filter(scheme="nuts", level=2).order_by("code"):
            if region.country_id in regions:
                regions[region.country_id].append(region)
        return regions
