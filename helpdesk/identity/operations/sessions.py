"""Sessions of signed-in browsers: started, ended one by one, ended all together."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, delete, select

from helpdesk.accounts.models import User
from helpdesk.audit.access import note_access
from helpdesk.audit.models import AccessKind
from helpdesk.core import clock, current
from helpdesk.core.configuration import configuration
from helpdesk.core.db import Utc, db
from helpdesk.core.errors import Gone, Refused
from helpdesk.core.events import publish
from helpdesk.core.tokens import digest, new_token
from helpdesk.identity.events import LinksRevoked
from helpdesk.identity.models import SessionStage, SignInMethod, SignInSession
from helpdesk.identity.operations.tokens import revoke
from helpdesk.identity.queries import stage_after_first_proof
from helpdesk.settings.catalogue import Desk, load_desk

HALF_WAY = timedelta(minutes=15)  # long enough to find the phone
LONGEST_USER_AGENT = 300


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who it is, how far they have come, and the secret for the cookie, of which we keep a digest."""

    person: User
    secret: str
    stage: SessionStage = SessionStage.FULL


def enter(
    person: User,
    *,
    method: SignInMethod,
    stays: bool = False,
    user_agent: str | None = None,
    with_second_factor: bool = False,
) -> SignedIn:
    """Start the session of somebody whose first proof was right: the one way in, whatever the proof.

    Whoever has a second factor, or has to have one, is half in, unless the proof itself was of two factors.
    Raises Refused for a demo account on a desk that others can reach: everybody knows its password.
    """
    _refuse_demo_accounts(person)
    stage = SessionStage.FULL if with_second_factor else stage_after_first_proof(person)
    return _start(
        person,
        stage=stage,
        method=method,
        stays=stays,
        user_agent=user_agent,
        factor_proven_at=clock.now() if with_second_factor else None,
    )


def complete(half: SignInSession, person: User, *, stays: bool) -> SignedIn:
    """The second proof was right, too: a session with another secret takes the place of the half one.

    Raises Gone where the half session was ended meanwhile: the password is another one, or somebody was quicker.
    """
    method, user_agent = half.method, half.user_agent
    ended = delete(SignInSession).where(SignInSession.id == half.id).returning(SignInSession.id)
    if db.session.execute(ended, execution_options={"synchronize_session": False}).one_or_none() is None:
        raise Gone("This took too long. Sign in once more.")
    return _start(
        person,
        stage=SessionStage.FULL,
        method=method,
        stays=stays,
        user_agent=user_agent,
        factor_proven_at=clock.now(),
    )


def _start(
    person: User,
    *,
    stage: SessionStage,
    method: SignInMethod,
    stays: bool,
    user_agent: str | None,
    factor_proven_at: Utc | None,
) -> SignedIn:
    now, secret = clock.now(), new_token()
    is_full = stage is SessionStage.FULL
    desk = load_desk()
    db.session.add(
        SignInSession(
            token_hash=digest(secret),
            user_id=person.id,
            last_seen_at=now,
            idle_limit=_idle_limit(person, desk, stays=stays) if is_full else HALF_WAY,
            expires_at=now + (timedelta(days=desk.session_days) if is_full else HALF_WAY),
            ip=current.entry().ip,
            user_agent=(user_agent or "")[:LONGEST_USER_AGENT] or None,
            stage=stage,
            method=method,
            proven_at=now,
            factor_proven_at=factor_proven_at,
        )
    )
    if is_full:
        person.last_login = now
        note_access(AccessKind.SIGNED_IN, person_id=person.id, detail=method.value)
    db.session.flush()
    return SignedIn(person, secret, stage)


def renew(session: SignInSession) -> str:
    """Give a session another secret after a proof: whoever knew the one before is out. Returns it for the cookie."""
    secret = new_token()
    session.token_hash, session.proven_at = digest(secret), clock.now()
    note_access(AccessKind.PROVEN, person_id=session.user_id)
    db.session.flush()
    return secret


def end_session(secret: str) -> None:
    """Sign this browser out."""
    db.session.execute(
        delete(SignInSession).where(SignInSession.token_hash == digest(secret)),
        execution_options={"synchronize_session": False},
    )


def end_sessions(person: User, *, except_: str | None = None) -> None:
    """Sign somebody out everywhere, except in the browser that holds the secret `except_`; also where they look at the
    desk as somebody else.
    """
    theirs = (SignInSession.user_id == person.id) | (SignInSession.impersonator_id == person.id)
    if except_ is not None:
        theirs &= SignInSession.token_hash != digest(except_)
    db.session.execute(delete(SignInSession).where(theirs), execution_options={"synchronize_session": False})


def open_sessions(person: User) -> Select[SignInSession]:
    """Where somebody is signed in, the place used last first."""
    now = clock.now()
    is_open = (SignInSession.expires_at > now) & (SignInSession.last_seen_at + SignInSession.idle_limit > now)
    return (
        select(SignInSession)
        .where(SignInSession.user_id == person.id, is_open)
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
    )


def sign_out_there(person: User, *, handle: str) -> None:
    """End one of somebody's sessions. Nothing happens where it is over already, or another's."""
    for each in db.session.scalars(open_sessions(person)):
        if each.handle == handle:
            db.session.delete(each)
    db.session.flush()


def sign_out_elsewhere(person: User, *, session: str) -> None:
    """Sign somebody out everywhere but in the browser with this secret; no mailed link opens anything any more."""
    end_sessions(person, except_=session)
    revoke(person)
    publish(LinksRevoked(person))


def _idle_limit(person: User, desk: Desk, *, stays: bool) -> timedelta:
    """By itself a working day, or for staff who stay a weekend: who stays is never out sooner than who does not."""
    days = (desk.staff_stay_days if person.is_staff else desk.customer_stay_days) if stays else 0
    return max(timedelta(hours=desk.idle_hours), timedelta(days=days))


def _refuse_demo_accounts(person: User) -> None:
    if not configuration().is_loopback and person.id in load_desk().demo_user_ids:
        raise Refused(
            "This is a demo account, and others can reach this desk: it works only where the server listens on its "
            "own machine."
        )
