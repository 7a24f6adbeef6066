from contextlib import suppress
from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchmakingConfig(AppConfig):
    name = "matchmaking"
    verbose_name = _("Matchmaking")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Compile the translations that changed, so that nobody has to think of it."""
        from matchmaking.translations import catalogue  # app-ready

        # An installed copy may be read-only; it was compiled when it was built.
        with suppress(OSError):
            catalogue.compile_all(Path(__file__).resolve().parent.parent)
