"""`manage.py demo_accounts`: who can log in to the demo."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from matchmaking.management.demo.people import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "Lists the demo log-ins: e-mail, password, role, organisation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="machine-readable")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [
            {
                "email": account.email,
                "password": PASSWORD,
                "role": account.role,
                "organisation": account.organisation or None,
            }
            for account in ACCOUNTS
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=2))
            return
        for row in rows:
            self.stdout.write(
                f"{row['email']:28} {row['password']:12} {row['role']:16} {row['organisation'] or ''}"
            )
