"""Forms of the matchmaking app: they parse and validate, actions do the rest."""

from matchmaking.forms.partners import ExclusionForm

__all__ = ["ExclusionForm"]
