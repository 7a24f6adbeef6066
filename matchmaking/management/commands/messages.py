"""`manage.py messages update|check|compile`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.translations import catalogue, extract

SHOWN = 30


class Command(BaseCommand):
    """The translations in locale/: in step with the sources, complete, compiled."""

    help = "Keep the translations of locale/ in step, check that they are complete, compile them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["update", "check", "compile"])
        parser.add_argument("--language", help="only this one; else all but English")
        parser.add_argument("--quiet", action="store_true", help="say nothing when all is well")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        chosen = options["language"]
        known = [code for code, _name in settings.LANGUAGES if code != "en"]
        if chosen and chosen not in known:
            raise CommandError(f"No language {chosen!r} in LANGUAGES; there is {', '.join(known)}.")
        do = {"update": self._update, "check": self._check, "compile": self._compile}
        for language in [chosen] if chosen else known:
            said = do[options["what"]](root, language)
            if not options["quiet"]:
                self.stdout.write(f"{language}: {said}")

    def _update(self, root: Path, language: str) -> str:
        path = catalogue.path_of(root, language)
        new, dropped = catalogue.update(path, extract.messages(root))
        return f"{new} new, {dropped} dropped, in {path.relative_to(root)}"

    def _check(self, root: Path, language: str) -> str:
        messages = extract.messages(root)
        faults = list(catalogue.problems(catalogue.path_of(root, language), messages))
        if faults:
            head = f"{language}: {len(faults)} strings need attention (`make messages` collects):"
            more = [f"... and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
            raise CommandError("\n".join([head, *faults[:SHOWN], *more]))
        return f"{len(messages)} strings, all translated"

    def _compile(self, root: Path, language: str) -> str:
        written = catalogue.compile_if_stale(catalogue.path_of(root, language))
        return "compiled" if written else "already compiled"
