#!/usr/bin/env python
"""Command line of Puente."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
    try:
        from django.core.management import execute_from_command_line  # app-ready
    except ImportError as error:
        sys.exit(
            f"Django is not installed here ({error}). Run `make env`, then use .venv/bin/python."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
