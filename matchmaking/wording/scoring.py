"""The sentences of scores: criterion names, questions, and a text for every evidence code.

Only wording lives here; the engine yields codes and parameters. Templates take placeholders by name, so
a translation may order them freely. Organisation keys, sector and country codes become words through
`Words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy

if TYPE_CHECKING:
    from matchmaking.scoring.results import Evidence, Param

_ = gettext_lazy
