"""What a mail to participants says to one of them."""

from django import template

from clusters.models import User
from events.models import Mailing, Registration
from matchmaking.wording.mailings import Letter
from matchmaking.wording.mailings import letter as _letter

register = template.Library()


@register.simple_tag
def letter(mailing: Mailing, registration: Registration, person: User) -> Letter:
    """The mailing as `person` reads it."""
    return _letter(mailing, registration, person)
