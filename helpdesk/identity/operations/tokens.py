"""One-time tokens: minted for one purpose and person, looked at without harm, used up once."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import joinedload

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Gone
from helpdesk.core.tokens import digest, new_token
from helpdesk.identity.models import OneTimeToken, TokenPurpose

LIFETIMES: Mapping[TokenPurpose, timedelta] = {
    TokenPurpose.SET_UP: timedelta(days=7),
    TokenPurpose.CONFIRM_EMAIL: timedelta(days=3),
    TokenPurpose.INVITATION: timedelta(days=7),
    TokenPurpose.RESET_PASSWORD: timedelta(hours=2),
    TokenPurpose.MAGIC_LINK: timedelta(minutes=30),
    TokenPurpose.CONFIRM_REQUEST: timedelta(days=3),
    TokenPurpose.CONFIRM_ADDRESS: timedelta(days=3),
}


NOT_GOOD = "This link was used already, or it has expired. Ask for a new one where you got it."
"""The same for every reason."""
CONFIRMING = (TokenPurpose.CONFIRM_REQUEST, TokenPurpose.CONFIRM_ADDRESS)
"""Links that sign nobody in."""


def mint(
    purpose: TokenPurpose,
    *,
    person: User | None = None,
    address: EmailAddress | None = None,
    guest_request_id: int | None = None,
) -> str:
    """A new token, readable only now. Earlier ones stay good until one of them is used."""
    token = new_token()
    db.session.add(
        OneTimeToken(
            token_hash=digest(token),
            purpose=purpose,
            user_id=person.id if person else None,
            address_id=address.id if address else None,
            guest_request_id=guest_request_id,
            expires_at=clock.now() + LIFETIMES[purpose],
        )
    )
    db.session.flush()
    return token


def find(token: str, *, purpose: TokenPurpose) -> OneTimeToken:
    """The token with its person and address, still unused afterwards. Raises Gone, the same for every reason."""
    found = db.session.scalars(
        select(OneTimeToken)
        .where(_is_good(token, purpose))
        .options(joinedload(OneTimeToken.user), joinedload(OneTimeToken.address))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or not _still_stands(found):
        raise Gone(NOT_GOOD)
    return found


def use(token: str, *, purpose: TokenPurpose) -> OneTimeToken:
    """Use the token up; of two at once one is refused. Raises Gone."""
    found = find(token, purpose=purpose)
    used = db.session.execute(
        update(OneTimeToken)
        .where(_is_good(token, purpose))
        .values(used_at=clock.now())
        .returning(OneTimeToken.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if used is None:
        raise Gone("This link was used a moment ago. Ask for a new one where you got it.")
    return found


def revoke(person: User) -> None:
    """No link that this person was ever sent works any longer."""
    _end(OneTimeToken.user_id == person.id)


def revoke_for_signing_in(person: User) -> None:
    """No other link signs this person in or chooses their password; what they still have to confirm stays."""
    _end((OneTimeToken.user_id == person.id) & OneTimeToken.purpose.not_in(CONFIRMING))


def revoke_purpose(purpose: TokenPurpose) -> None:
    """No link of this purpose works any longer, whoever has it."""
    _end(OneTimeToken.purpose == purpose)


def forget_tokens_for(address: EmailAddress) -> None:
    """Nothing tells any more that links were mailed there."""
    _forget(OneTimeToken.address_id == address.id)


def forget_tokens_of(person: User) -> None:
    """Nothing tells any more which links this person was sent."""
    _forget(OneTimeToken.user_id == person.id)


def _forget(which: ColumnElement[bool]) -> None:
    db.session.execute(delete(OneTimeToken).where(which), execution_options={"synchronize_session": False})


def _end(which: ColumnElement[bool]) -> None:
    db.session.execute(
        update(OneTimeToken).where(which, OneTimeToken.used_at.is_(None)).values(used_at=clock.now()),
        execution_options={"synchronize_session": False},
    )


def _is_good(token: str, purpose: TokenPurpose) -> ColumnElement[bool]:
    return (
        (OneTimeToken.token_hash == digest(token))
        & (OneTimeToken.purpose == purpose)
        & OneTimeToken.used_at.is_(None)
        & (OneTimeToken.expires_at > clock.now())
    )


def _still_stands(token: OneTimeToken) -> bool:
    """The person may still sign in, and the address the link was sent to is still theirs."""
    if token.user is None:
        return token.purpose is TokenPurpose.SET_UP
    is_theirs = token.address is None or token.address.user_id == token.user_id
    return token.user.is_active and token.user.anonymised_at is None and is_theirs
