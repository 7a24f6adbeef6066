"""Defers the jobs of this app, by name. A job becomes visible with the commit of its transaction."""

from procrastinate.contrib.django import app

MAIL_QUEUE = "mail"
DELIVER_MESSAGE = "deliver_message"


def deliver_message(message_id: int) -> None:
    """Have one mail sent after this transaction commits."""
    app.configure_task(DELIVER_MESSAGE, queue=MAIL_QUEUE).defer(message_id=message_id)
