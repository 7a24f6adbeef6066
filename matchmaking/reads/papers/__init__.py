"""Papers of a release: agenda book, one agenda, table cards, host list, badges."""

from matchmaking.reads.papers.documents import agenda_of, agenda_of_person, paper

__all__ = ["agenda_of", "agenda_of_person", "paper"]
