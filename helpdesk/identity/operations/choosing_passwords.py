"""Choosing a password: with a mailed link, or with the present one."""

from helpdesk.accounts.models import User
from helpdesk.accounts.names import clean_name
from helpdesk.accounts.operations.addresses import confirm
from helpdesk.core.db import db
from helpdesk.core.errors import Gone, Unwelcome
from helpdesk.core.events import publish
from helpdesk.identity.events import LinksRevoked
from helpdesk.identity.limits import claim_sign_in, forgive
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.sessions import end_sessions, sign_out_elsewhere
from helpdesk.identity.operations.tokens import revoke, use
from helpdesk.identity.passwords import LONGEST, check_password, hash_password, verify_password, words_about


class WrongPassword(Unwelcome):
    """The present password is another one."""

    status = 422


def choose_password(
    token: str, *, purpose: TokenPurpose, password: str, full_name: str | None = None
) -> User:
    """Set the password and, as the link came by mail, hold its address for verified.

    Ends every session of the person and every other link. Raises BadPassword, BadName and Gone.
    """
    check_password(password)
    used = use(token, purpose=purpose)
    person, address = used.user, used.address
    if person is None or address is None:
        raise Gone("This link works no longer.")
    check_password(password, about=(*words_about(person), full_name or ""))
    person.password_hash = hash_password(password)
    if full_name is not None:
        person.full_name = clean_name(full_name)
    db.session.flush()
    confirm(address)
    end_sessions(person)
    revoke(person)
    publish(LinksRevoked(person))
    return person


def change_password(person: User, *, present: str, password: str, session: str) -> None:
    """Set another password for somebody who is signed in with the secret `session` and knows the present one.

    Ends every other session of the person and every link. Guesses count as tries to sign in: whoever finds an open
    browser learns no password from it. Raises BadPassword, WrongPassword and TooMany.
    """
    check_password(password, about=words_about(person))
    refuse_strangers(person, present=present)
    person.password_hash = hash_password(password)
    db.session.flush()
    sign_out_elsewhere(person, session=session)


def refuse_strangers(person: User, *, present: str) -> None:
    """Raise WrongPassword, or TooMany, unless this is the person's present password. Guesses count."""
    attempt = claim_sign_in(person.email or "")
    if len(present) > LONGEST or not verify_password(person.password_hash, present):
        raise WrongPassword("That is not your present password. Nothing was saved.")
    forgive(attempt)
