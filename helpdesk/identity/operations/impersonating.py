"""Looking at the desk as somebody else: for an hour, with a reason, under both names."""

from datetime import timedelta

from sqlalchemy import delete

from helpdesk.accounts.models import User
from helpdesk.audit.access import note_access
from helpdesk.audit.models import AccessKind
from helpdesk.core import clock, current
from helpdesk.core.db import db
from helpdesk.core.errors import Refused, Unwelcome
from helpdesk.core.lines import one_line
from helpdesk.core.tokens import digest, new_token
from helpdesk.identity.models import SignInMethod, SignInSession
from helpdesk.identity.operations.sessions import LONGEST_USER_AGENT, SignedIn
from helpdesk.identity.policy import can_impersonate

LASTS = timedelta(hours=1)
SHORTEST_REASON, LONGEST_REASON = 5, 200


class NoReason(Unwelcome):
    """Nobody could tell later why it was done."""

    status = 422


def impersonate(person: User, *, by: User, reason: str, user_agent: str | None = None) -> SignedIn:
    """Start a session in which `by` looks at the desk as `person`. It ends after an hour, or with one of theirs.

    It counts as no sign-in of the person, and no dangerous act is done in it: it was never proven. Raises Refused and
    NoReason.
    """
    if not can_impersonate(by, person):
        raise Refused(
            "Nobody looks at the desk as somebody who may do more, or as somebody who does not sign in."
        )
    if current.entry().impersonator_id is not None:
        raise Refused("You look at the desk as somebody else already.")
    told = one_line(reason)
    if not SHORTEST_REASON <= len(told) <= LONGEST_REASON:
        raise NoReason(f"Say why, in up to {LONGEST_REASON} characters: it is kept.")
    now, secret = clock.now(), new_token()
    db.session.add(
        SignInSession(
            token_hash=digest(secret),
            user_id=person.id,
            impersonator_id=by.id,
            method=SignInMethod.IMPERSONATION,
            last_seen_at=now,
            idle_limit=LASTS,
            expires_at=now + LASTS,
            ip=current.entry().ip,
            user_agent=(user_agent or "")[:LONGEST_USER_AGENT] or None,
        )
    )
    db.session.flush()
    note_access(AccessKind.IMPERSONATION_STARTED, person_id=by.id, record_id=person.id, detail=told)
    return SignedIn(person, secret)


def stop_impersonating(session: SignInSession) -> None:
    """End the session. Nothing happens where it is over already."""
    ended = delete(SignInSession).where(SignInSession.id == session.id).returning(SignInSession.id)
    if db.session.execute(ended, execution_options={"synchronize_session": False}).one_or_none() is not None:
        note_access(
            AccessKind.IMPERSONATION_ENDED, person_id=session.impersonator_id, record_id=session.user_id
        )
