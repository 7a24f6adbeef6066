"""Django's admin for curators: profiles, their facts and sources, people and mail."""

from clusters.admin import facts, organisations, people, reference, stories

__all__ = ["facts", "organisations", "people", "reference", "stories"]
