"""A rule or state says no: the code for programs, a whole sentence for people."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from clusters.validators import Refused


class Refusal:
    """What was refused; `text` is the sentence."""

    text = ""


@contextmanager
def refused(code: str) -> Iterator[Refusal]:
    """The block is refused with this code, in a sentence without open ends."""
    refusal = Refusal()
    with pytest.raises(Refused) as caught:
        yield refusal
    assert caught.value.code == code
    refusal.text = caught.value.text
    assert refusal.text.endswith((".", "?"))
    assert "%(" not in refusal.text
