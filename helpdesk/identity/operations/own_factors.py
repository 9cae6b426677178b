"""What somebody does with their own second factors; what follows from one more, and from one less."""

from collections.abc import Callable

from sqlalchemy import select, update

from helpdesk.accounts.models import Role, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.events import publish
from helpdesk.core.tokens import digest
from helpdesk.identity.events import SecondFactorAdded, SecondFactorRemoved
from helpdesk.identity.models import SignInSession
from helpdesk.identity.operations.authenticators import add_authenticator, remove_authenticator
from helpdesk.identity.operations.passkeys import Challenge, add_passkey, remove_passkey
from helpdesk.identity.operations.recovery_codes import forget_recovery_codes, renew_recovery_codes
from helpdesk.identity.operations.sessions import end_sessions
from helpdesk.identity.passkeys import Desk
from helpdesk.identity.queries import factors_of


def enrol_app(person: User, *, sealed: str, code: str, session: str) -> list[str]:
    """Ask for the codes of this app from now on. Returns recovery codes where they have none yet.

    Whoever is signed in elsewhere without a second factor is signed out there. Raises WrongCode, Conflict.
    """
    return _one_more(person, lambda: add_authenticator(person, sealed=sealed, code=code), session)


def enrol_passkey(
    person: User, *, name: str, answer: str, challenge: Challenge, desk: Desk, session: str
) -> list[str]:
    """Ask for this passkey from now on: see `enrol_app`. Raises BadPasskey, BadName, Conflict."""
    return _one_more(
        person,
        lambda: add_passkey(person, name=name, answer=answer, challenge=challenge, desk=desk),
        session,
    )


def drop_app(person: User, *, session: str) -> bool:
    """Ask for its codes no longer. False where there is none. Raises Conflict for the last one a role demands."""
    return _one_less(person, lambda: remove_authenticator(person), session)


def drop_passkey(person: User, *, handle: str, session: str) -> bool:
    """Ask for it no longer: see `drop_app`."""
    return _one_less(person, lambda: remove_passkey(person, handle=handle), session)


def _one_more(person: User, add: Callable[[], object], session: str) -> list[str]:
    before = factors_of(person)
    add()
    if not before.any:
        end_sessions(person, except_=session)
    _hold_for_proven(session)
    publish(SecondFactorAdded(person))
    return [] if before.recovery_left else renew_recovery_codes(person)


def _one_less(person: User, remove: Callable[[], bool], session: str) -> bool:
    if not remove():
        return False
    if not factors_of(person).any:
        if _is_demanded(person):
            raise Conflict("Your role asks for a second factor. Add another one, then remove this one.")
        forget_recovery_codes(person)
    end_sessions(person, except_=session)
    publish(SecondFactorRemoved(person, by=person))
    return True


def _hold_for_proven(session: str) -> None:
    """Whoever has just added one is not asked for it in the next minute."""
    this_one = SignInSession.token_hash == digest(session)
    db.session.execute(update(SignInSession).where(this_one).values(factor_proven_at=clock.now()))


def _is_demanded(person: User) -> bool:
    return bool(db.session.scalar(select(Role.needs_second_factor).where(Role.id == person.role_id)))
