"""What a test put there is there, for the reader and for the type checker."""

from typing import TypeVar

Thing = TypeVar("Thing")


def sure(thing: Thing | None) -> Thing:
    """The thing itself; a test fails at once where there is none."""
    assert thing is not None
    return thing
