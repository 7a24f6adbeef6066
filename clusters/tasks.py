"""Jobs of this app. Arguments are identifiers; each job calls one action as the system."""

from asgiref.sync import async_to_sync
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from clusters import actions, jobs
from clusters.actions.messages import GONE
from clusters.choices import MessageState
from clusters.models import Message, User

# After about 1, 2, 10 and 70 minutes and 9 hours: a mail server that is down for a night loses nothing.
RETRIES = RetryStrategy(max_attempts=5, exponential_wait=8, wait=60)
# A worker tells every ten seconds that it lives.
SILENT_SECONDS = 90


class MailNotSentError(Exception):
    """The mail server did not take a mail; the job is tried again."""


@app.task(name=jobs.DELIVER_MESSAGE, queue=jobs.MAIL_QUEUE, retry=RETRIES)
def deliver_message(message_id: int) -> None:
    """Send one mail. A message that is gone with its recipient needs none."""
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        return
    message = actions.deliver_message(message, actor=User.objects.system())
    if message.state == MessageState.FAILED and message.error != GONE:
        raise MailNotSentError(message.error)


@app.periodic(cron="* * * * *")
@app.task(name="tend_jobs", queue=jobs.MAIL_QUEUE, queueing_lock="tend_jobs")
def tend_jobs(timestamp: int) -> None:
    """Every minute: give the jobs of a killed worker to another one; each job looks what is done already.

    One of the timetable is only ended: its next time comes anyway.
    """
    manager = app.job_manager
    for job in async_to_sync(manager.get_stalled_jobs)(seconds_since_heartbeat=SILENT_SECONDS):
        if job.queueing_lock:
            async_to_sync(manager.finish_job)(job, Status.FAILED, delete_job=False)
        else:
            async_to_sync(manager.retry_job)(job)
