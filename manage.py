#!/usr/bin/env python
"""Command line of Puente."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
    if sys.argv[1:2] == ["demo"]:
        # Settings are read before the command runs: the demo keeps its mails in a folder.
        os.environ.setdefault("PUENTE_DEMO", "1")
    try:
        from django.core.exceptions import ImproperlyConfigured  # optional
        from django.core.management import execute_from_command_line  # optional
        from django.db import OperationalError  # optional
    except ImportError as error:
        sys.exit(
            f"Django is not installed here ({error}). Run `make env`, then use .venv/bin/python."
        )
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError) as problem:
        # A wrong setting or a database that does not answer: the sentence says all.
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(problem).strip())


if __name__ == "__main__":
    main()
