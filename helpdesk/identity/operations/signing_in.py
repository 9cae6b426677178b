"""Signing in: with a password, or with a link that was mailed."""

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.audit.access import note_for_good
from helpdesk.audit.models import AccessKind
from helpdesk.core.db import db
from helpdesk.core.errors import Gone, Unwelcome
from helpdesk.identity.limits import claim_sign_in, forgive, remember_here
from helpdesk.identity.models import SignInMethod, TokenPurpose
from helpdesk.identity.operations.sessions import SignedIn, enter
from helpdesk.identity.operations.tokens import revoke_for_signing_in, use
from helpdesk.identity.passwords import LONGEST, hash_password, needs_rehash, verify_password


class NoMatch(Unwelcome):
    """Address and password do not belong together; which of the two is wrong, and why, is nobody's business."""

    status = 422


def sign_in(*, email: str, password: str, stays: bool = False, user_agent: str | None = None) -> SignedIn:
    """Compare the password and start a session.

    Raises TooMany; NoMatch, after equal work whoever is asked for; Refused for a demo account on an open desk.
    """
    if len(password) > LONGEST:
        raise _no_match()  # nobody is looked up, and nothing compared
    attempt = claim_sign_in(email)
    account = _account(email)
    if not verify_password(account.password_hash if account else None, password) or account is None:
        _note_failure(account.id if account else None, email)
        raise _no_match()
    person = db.session.get_one(User, account.id)
    forgive(attempt)
    if needs_rehash(account.password_hash):
        person.password_hash = hash_password(password)
    return enter(person, method=SignInMethod.PASSWORD, stays=stays, user_agent=user_agent)


def sign_in_by_link(token: str, *, stays: bool = False, user_agent: str | None = None) -> SignedIn:
    """Use up a mailed link and start a session. Raises Gone, also for staff: they sign in with a password."""
    used = use(token, purpose=TokenPurpose.MAGIC_LINK)
    person = used.user
    if person is None or person.is_staff:
        raise Gone("This link works no longer.")
    revoke_for_signing_in(person)
    if used.address is not None:
        remember_here(used.address.email)
    return enter(person, method=SignInMethod.LINK, stays=stays, user_agent=user_agent)


def _account(email: str) -> "Row[int, str | None] | None":
    """Id and hash of who may sign in with this address: active, this and the primary address verified.

    Columns, no entity: a found account costs no more time than none.
    """
    try:
        key = email_key(email)
    except NotAnAddress:
        key = ""
    typed, primary = aliased(EmailAddress), aliased(EmailAddress)
    return db.session.execute(
        select(User.id, User.password_hash)
        .join(typed, typed.user_id == User.id)
        .join(primary, (primary.user_id == User.id) & primary.is_primary)
        .where(
            typed.email_key == key,
            typed.verified_at.is_not(None),
            primary.verified_at.is_not(None),
            User.is_active,
            ~User.is_system,
            User.anonymised_at.is_(None),
        )
    ).one_or_none()


def _note_failure(person_id: int | None, email: str) -> None:
    """Of an address nobody has, what was typed; but no word without an @: it may be a password in the wrong field."""
    typed = email.strip() if person_id is None and "@" in email else ""
    note_for_good(AccessKind.SIGN_IN_FAILED, person_id=person_id, detail=typed)


def _no_match() -> NoMatch:
    return NoMatch("That address and password do not match. Try again, or let us mail you a link.")
