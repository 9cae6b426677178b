"""What the worker does about links people asked for, and what it throws away of old."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from helpdesk.accounts.models import User
from helpdesk.background.jobs import Backoff, Job, enqueue, job
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.identity.limits import claim_mail
from helpdesk.identity.models import OneTimeToken, SignInAttempt, SignInSession
from helpdesk.identity.operations import requesting_links
from helpdesk.identity.second_factors import SpentChallenge

KEEP_FAILED_TRIES = timedelta(days=1)
KEEP_SUCCEEDED_TRIES = timedelta(days=90)  # for as long a network counts as the owner's
KEEP_DEAD_TOKENS = timedelta(days=30)
_UNWATCHED = {"synchronize_session": False}


def ask_for(wanted: Job[Any], *, email: str, **more: Any) -> None:
    """Leave it to the worker to find out who that is and what to mail: this takes equally long for everybody.

    An address that has had its mails of the hour gets no more of them, silently. Raises TooMany for the network.
    """
    if claim_mail(email):
        enqueue(wanted, email=email, **more)


@job(name="identity.register", retry=Backoff(times=3))
def register(email: str, full_name: str) -> None:
    requesting_links.register(email=email, full_name=full_name)


@job(name="identity.request_reset", retry=Backoff(times=3))
def request_reset(email: str) -> None:
    requesting_links.request_reset(email=email)


@job(name="identity.request_magic_link", retry=Backoff(times=3))
def request_magic_link(email: str) -> None:
    requesting_links.request_magic_link(email=email)


@job(name="identity.add_address", retry=Backoff(times=3))
def add_address(email: str, person_id: int) -> None:
    requesting_links.add_address(db.session.get_one(User, person_id), email=email)


@job(name="identity.forget_old")
def forget_old() -> None:
    """Tries that count no longer, sessions that are over, tokens long dead."""
    now = clock.now()
    failed = ~SignInAttempt.succeeded & (SignInAttempt.occurred_at < now - KEEP_FAILED_TRIES)
    long_ago = SignInAttempt.occurred_at < now - KEEP_SUCCEEDED_TRIES
    unused = SignInSession.last_seen_at + SignInSession.idle_limit < now
    for statement in (
        delete(SignInAttempt).where(failed | long_ago),
        delete(SignInSession).where((SignInSession.expires_at < now) | unused),
        delete(OneTimeToken).where(OneTimeToken.expires_at < now - KEEP_DEAD_TOKENS),
        delete(SpentChallenge).where(SpentChallenge.expires_at < now),
    ):
        db.session.execute(statement, execution_options=_UNWATCHED)
