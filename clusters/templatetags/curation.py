"""The curators' queues on the first page of the admin."""

from typing import Any

from django import template
from django.urls import reverse

from clusters.models import User
from clusters.reads.curation import queues

register = template.Library()


@register.simple_tag
def curation_queues(user: User) -> list[dict[str, Any]]:
    """Each queue of the user with its length and the address of its list."""
    return [
        {
            "title": queue.title,
            "count": queue.count,
            "href": f"{reverse(f'admin:clusters_{queue.model}_changelist')}?{queue.query}",
        }
        for queue in queues(user)
    ]
