"""`manage.py demo_pages`: every page worth looking at."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from matchmaking.management.demo.pages import demo_pages


class Command(BaseCommand):
    help = "Lists every demo page worth looking at: name, path, account (or nobody)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="machine-readable")

    def handle(self, *args: Any, **options: Any) -> None:
        pages = demo_pages()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(page) for page in pages], indent=2))
            return
        for page in pages:
            self.stdout.write(f"{page.name:24} {page.path:60} {page.account or ''}")
