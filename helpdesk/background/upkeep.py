"""Tidying away what is over: ended jobs, forms sent long ago."""

from datetime import timedelta

from sqlalchemy import delete

from helpdesk.background import operations
from helpdesk.background.jobs import enqueue, job
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.submissions import Submission

KEEP_SUBMISSIONS = timedelta(days=7)  # nobody sends a form again after that


@job(name="background.delete_finished")
def delete_finished() -> None:
    """Tidy away what ended days ago, a part at a time."""
    if operations.delete_finished() == operations.DELETED_AT_ONCE:
        enqueue(delete_finished, once=delete_finished.name)


@job(name="background.forget_submissions")
def forget_submissions() -> None:
    """The keys of forms that were sent long ago."""
    old = Submission.created_at < clock.now() - KEEP_SUBMISSIONS
    db.session.execute(delete(Submission).where(old), execution_options={"synchronize_session": False})
