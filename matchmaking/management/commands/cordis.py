"""`manage.py cordis ORGANISATIONS PROJECTS FOLDER --cut DAY`: CORDIS files turned into a backtest folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matchmaking.management.commands.backtest import iso_date
from matchmaking.scoring.backtest import FolderError
from matchmaking.scoring.backtest.cordis import Slice, convert, read_cordis, write_folder
from matchmaking.scoring.backtest.world import REGIONS


class Command(BaseCommand):
    help = (
        "Turns CORDIS files (organization.csv, project.csv) into a backtest folder: what was known at the "
        "cut, and who was linked later. No database needed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        places = f"country codes or {', '.join(REGIONS)}; separated by commas"
        parser.add_argument("organisations", type=Path, help="organization.csv (or .csv.gz)")
        parser.add_argument("projects", type=Path, help="project.csv (or .csv.gz)")
        parser.add_argument("folder", type=Path, help="where to write; must hold no tables yet")
        parser.add_argument("--cut", type=iso_date, required=True, help="last day that is known")
        parser.add_argument(
            "--themes",
            type=Path,
            help="euroSciVoc.csv, topics.csv or legalBasis.csv; default: the projects' own topics",
        )
        parser.add_argument("--queries", default="latam", help=f"who asks: {places}")
        parser.add_argument("--candidates", default="europe", help=f"who is ranked: {places}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            wanted = Slice.of(
                options["cut"], options["queries"].split(","), options["candidates"].split(",")
            )
            source = read_cordis(options["organisations"], options["projects"], options["themes"])
            tables, summary = convert(source, wanted)
            write_folder(options["folder"], tables)
        except FolderError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{options['folder']}: {summary.queries} queries, {summary.candidates} candidates, "
            f"{summary.links} links before {wanted.cut}, {summary.positives} first links after it."
        )
        if summary.undated or summary.themeless:
            self.stdout.write(
                f"Left out: {summary.undated} projects without a start date. "
                f"Without a theme: {summary.themeless} projects."
            )
        self.stdout.write(f"Now: manage.py backtest {options['folder']} --cut {wanted.cut}")
