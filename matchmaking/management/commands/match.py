"""`manage.py match ORGANISATION`: its best partners, with reasons."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clusters.choices import Side
from clusters.models import Organisation
from matchmaking import scoring as engine
from matchmaking.reads import scores
from matchmaking.reads.market import current
from matchmaking.reads.names import Names
from matchmaking.reads.records import match_record
from matchmaking.wording.scoring import criterion_name, reason_text

OTHER_SIDE = {Side.EU: Side.MX, Side.MX: Side.EU}


class Command(BaseCommand):
    help = "Prints the best partners of an organisation on the other side, with reasons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="short name in addresses, such as ceaga")
        parser.add_argument("--top", type=int, default=10, help="how many (default 10)")
        parser.add_argument("--side", choices=Side.values, help="default: the other side")
        parser.add_argument("--policy", default=scores.DEFAULT_POLICY, help="scoring policy")
        parser.add_argument("--json", action="store_true", help="machine-readable")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["top"] < 1:
            raise CommandError("--top must be at least 1.")
        own = self.organisation(options["organisation"])
        snapshot = current()
        if own.slug not in snapshot.market.profiles:
            raise CommandError(f"“{own.slug}” is not listed, so it has no matches.")
        try:
            used = scores.policy(options["policy"], snapshot)
        except (scores.UnknownPolicyError, engine.PolicyError) as error:
            raise CommandError(str(error)) from error
        side = options["side"] or OTHER_SIDE.get(Side(own.side), Side.MX)
        pairs = engine.rank(
            snapshot.market, own.slug, used, top=options["top"], side=side,
            excluded=scores.excluded_by(own),
        )  # fmt: skip
        if options["json"]:
            record = match_record(own, used, pairs, snapshot)
            self.stdout.write(json.dumps(record, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{own.name}: best partners, policy {used.stamp}")
        for place, pair in enumerate(pairs, start=1):
            self.print_pair(place, pair, snapshot.names)

    def organisation(self, slug: str) -> Organisation:
        try:
            return Organisation.objects.get(slug=slug)
        except Organisation.DoesNotExist:
            near = Organisation.objects.filter(slug__contains=slug[:4]).values_list(
                "slug", flat=True
            )
            hint = f" Did you mean {', '.join(near[:5])}?" if near else ""
            raise CommandError(f"There is no organisation “{slug}”.{hint}") from None

    def print_pair(self, place: int, pair: engine.PairScore, names: Names) -> None:
        name = names.organisation(pair.other_key)
        self.stdout.write(
            f"\n{place:2}. {name}  {pair.score:.1f} (could be {pair.low:.0f} to {pair.high:.0f}; "
            f"{pair.coverage:.0%} known)"
        )
        for title, direction in (("gains", pair.own), ("gives", pair.theirs)):
            self.stdout.write(f"    it {title} {direction.points:.1f}")
            for row in direction.rows:
                reasons = " ".join(reason_text(evidence, names) for evidence in row.evidence)
                self.stdout.write(f"      {row.points:5.1f} {criterion_name(row.code)}: {reasons}")
