"""The second proof: it completes a sign-in that was half way, or shows anew that somebody is who they are."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.audit.access import note_for_good
from helpdesk.audit.models import AccessKind
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Gone
from helpdesk.identity.limits import claim_second_factor, forgive
from helpdesk.identity.models import SessionStage, SignInMethod, SignInSession
from helpdesk.identity.operations.authenticators import WrongCode
from helpdesk.identity.operations.own_factors import enrol_app, enrol_passkey
from helpdesk.identity.operations.passkeys import Challenge, take_answer
from helpdesk.identity.operations.second_factors import take_code
from helpdesk.identity.operations.sessions import SignedIn, complete, enter, renew
from helpdesk.identity.passkeys import BadPasskey, Desk
from helpdesk.identity.queries import factors_of


def complete_by_code(session_id: int, person_id: int, *, code: str, stays: bool) -> SignedIn:
    """Let somebody in who gave the first proof before. Raises WrongCode, TooMany, Gone.

    Counted first, when nothing holds a connection yet: see helpdesk.identity.limits.
    """
    attempt = claim_second_factor(person_id)
    half, person = _half(session_id, person_id, SessionStage.SECOND_FACTOR)
    if not take_code(person, code):
        note_for_good(AccessKind.SECOND_FACTOR_FAILED, person_id=person.id)
        raise _wrong_code()
    forgive(attempt)
    return complete(half, person, stays=stays)


def complete_by_passkey(
    session_id: int, person_id: int, *, answer: str, challenge: Challenge, desk: Desk, stays: bool
) -> SignedIn:
    """The same by a passkey of theirs. Raises BadPasskey, Gone."""
    half, person = _half(session_id, person_id, SessionStage.SECOND_FACTOR)
    with _failures_recorded(AccessKind.SECOND_FACTOR_FAILED, person.id):
        take_answer(answer, challenge=challenge, desk=desk, of=person)
    return complete(half, person, stays=stays)


def enrol_app_and_complete(
    session_id: int, person_id: int, *, sealed: str, code: str, stays: bool
) -> tuple[SignedIn, list[str]]:
    """Let somebody in whose role demands a second factor, now that they have one. Returns their recovery codes, too.

    Raises WrongCode; Gone also where they have one by now: then it is asked for.
    """
    half, person = _half(session_id, person_id, SessionStage.ENROLMENT)
    _refuse_a_second_first(person)
    signed_in = complete(half, person, stays=stays)
    return signed_in, enrol_app(person, sealed=sealed, code=code, session=signed_in.secret)


def enrol_passkey_and_complete(
    session_id: int,
    person_id: int,
    *,
    name: str,
    answer: str,
    challenge: Challenge,
    desk: Desk,
    stays: bool,
) -> tuple[SignedIn, list[str]]:
    """The same with a passkey. Raises BadPasskey, BadName, Gone."""
    half, person = _half(session_id, person_id, SessionStage.ENROLMENT)
    _refuse_a_second_first(person)
    signed_in = complete(half, person, stays=stays)
    codes = enrol_passkey(
        person, name=name, answer=answer, challenge=challenge, desk=desk, session=signed_in.secret
    )
    return signed_in, codes


def sign_in_by_passkey(
    answer: str, *, challenge: Challenge, desk: Desk, stays: bool = False, user_agent: str | None = None
) -> SignedIn:
    """Sign in by a passkey alone, that has verified its owner: it is both proofs. Raises BadPasskey, Refused."""
    with _failures_recorded(AccessKind.SIGN_IN_FAILED, None):
        passkey = take_answer(answer, challenge=challenge, desk=desk, of=None)
        person = db.session.get_one(User, passkey.user_id)
        if not person.is_active or person.is_system or person.anonymised_at is not None:
            raise BadPasskey
    return enter(
        person, method=SignInMethod.PASSKEY, stays=stays, user_agent=user_agent, with_second_factor=True
    )


def prove_by_code(session: SignInSession, person: User, *, code: str) -> str:
    """In the middle of a session: returns the new secret for the cookie. Raises WrongCode, TooMany."""
    attempt = claim_second_factor(person.id)
    if not take_code(person, code):
        note_for_good(AccessKind.PROOF_FAILED, person_id=person.id)
        raise _wrong_code()
    forgive(attempt)
    return _renewed(session)


def prove_by_passkey(
    session: SignInSession, person: User, *, answer: str, challenge: Challenge, desk: Desk
) -> str:
    """The same by a passkey. Raises BadPasskey."""
    with _failures_recorded(AccessKind.PROOF_FAILED, person.id):
        take_answer(answer, challenge=challenge, desk=desk, of=person)
    return _renewed(session)


@contextmanager
def _failures_recorded(kind: AccessKind, person_id: int | None) -> Iterator[None]:
    """Whose passkey it was meant to be is known where the first proof said it, and not to a stranger's."""
    try:
        yield
    except BadPasskey:
        note_for_good(kind, person_id=person_id, detail="passkey")
        raise


def _renewed(session: SignInSession) -> str:
    """The password is another proof: when it was given last stays as it is."""
    proven_at, session.factor_proven_at = session.proven_at, clock.now()
    secret = renew(session)
    session.proven_at = proven_at
    db.session.flush()
    return secret


def _half(session_id: int, person_id: int, stage: SessionStage) -> tuple[SignInSession, User]:
    """The half session and whose it is, if it is still there. Raises Gone."""
    now = clock.now()
    found = db.session.execute(
        select(SignInSession, User)
        .join(SignInSession.user)
        .where(
            SignInSession.id == session_id,
            SignInSession.user_id == person_id,
            SignInSession.stage == stage,
            SignInSession.expires_at > now,
            User.is_active,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise Gone("This took too long. Sign in once more.")
    half, person = found
    return half, person


def _refuse_a_second_first(person: User) -> None:
    if factors_of(person).any:
        raise Gone("You have a second factor by now. Sign in once more.")


def _wrong_code() -> WrongCode:
    return WrongCode(
        "This code is not right, or it was used already. Wait for the next one, or use another way."
    )
