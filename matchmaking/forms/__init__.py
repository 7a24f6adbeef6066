"""Forms of the matchmaking app: they parse and validate, actions do the rest."""

from matchmaking.forms.partners import ExclusionForm
from matchmaking.forms.requests import AnswerForm, AskForm

__all__ = ["AnswerForm", "AskForm", "ExclusionForm"]
