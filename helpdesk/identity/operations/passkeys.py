"""Passkeys of people: added with a name, asked, removed."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException

from helpdesk.accounts.models import User
from helpdesk.accounts.names import clean_name
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.tokens import digest
from helpdesk.identity import passkeys
from helpdesk.identity.passkeys import BadPasskey, Desk
from helpdesk.identity.second_factors import Passkey, SpentChallenge

MOST = 20
ANSWER_WITHIN = timedelta(minutes=10)
LONGEST_ANSWER = 64 * 1024
_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What comes of a text that no passkey has made."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a passkey is to sign: random, for a while, once."""

    value: bytes
    expires_at: datetime
    user_handle: bytes = b""
    """What a new key is to call its owner."""


@dataclass(frozen=True, slots=True)
class Question:
    """The challenge, to be remembered for the browser, and the options it hands to the passkey."""

    challenge: Challenge
    options: dict[str, Any]


def ask_for_new(person: User, desk: Desk) -> Question:
    """What makes a browser offer to add a passkey. Those there already are not offered again."""
    known = passkeys_of(person)
    challenge = _new_challenge(known[0].user_handle if known else secrets.token_bytes(32))
    return Question(
        challenge,
        passkeys.options_for_adding(
            desk,
            challenge=challenge.value,
            user_handle=challenge.user_handle,
            account=person.email or person.name,
            name=person.name,
            known=known,
        ),
    )


def ask_for_known(desk: Desk, *, of: User | None) -> Question:
    """What makes a browser ask for a passkey: one of this person, or, of nobody known yet, one that verifies them."""
    challenge = _new_challenge()
    known = passkeys_of(of) if of else ()
    options = passkeys.options_for_asking(
        desk, challenge=challenge.value, known=known, must_verify=of is None
    )
    return Question(challenge, options)


def add_passkey(person: User, *, name: str, answer: str, challenge: Challenge, desk: Desk) -> Passkey:
    """Keep the key that the browser made. Raises BadPasskey, BadName; Conflict for one too many."""
    known = passkeys_of(person)
    if len(known) >= MOST:
        raise Conflict(f"You have {MOST} passkeys. Remove one first.")
    sent = _read(answer)
    try:
        made = verify_registration_response(
            credential=sent,
            expected_challenge=challenge.value,
            expected_rp_id=desk.host,
            expected_origin=desk.origin,
        )
        words = sent["response"].get("transports") or []
    except _BROKEN as error:
        raise BadPasskey from error
    _spend(challenge)
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        raise BadPasskey
    passkey = Passkey(
        user_id=person.id,
        name=clean_name(name),
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        user_handle=challenge.user_handle,
        sign_count=made.sign_count,
        transports=passkeys.known_transports(words if isinstance(words, list) else []),
    )
    db.session.add(passkey)
    db.session.flush()
    return passkey


def take_answer(answer: str, *, challenge: Challenge, desk: Desk, of: User | None) -> Passkey:
    """The passkey that gave this answer: one of this person's, or anybody's that has verified its owner.

    Raises BadPasskey, the same for every reason.
    """
    sent = _read(answer)
    try:
        credential_id = base64url_to_bytes(sent["rawId"])
        found = select(Passkey).where(Passkey.credential_id == credential_id).with_for_update()
        passkey = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
        if passkey is None or (of is not None and passkey.user_id != of.id):
            raise BadPasskey
        claimed = sent["response"].get("userHandle")
        if claimed and base64url_to_bytes(claimed) != passkey.user_handle:
            raise BadPasskey
        verified = verify_authentication_response(
            credential=sent,
            expected_challenge=challenge.value,
            expected_rp_id=desk.host,
            expected_origin=desk.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=of is None,
        )
    except _BROKEN as error:
        raise BadPasskey from error
    _spend(challenge)
    passkey.sign_count, passkey.used_at = verified.new_sign_count, clock.now()
    db.session.flush()
    return passkey


def passkeys_of(person: User) -> Sequence[Passkey]:
    """The oldest first."""
    return db.session.scalars(select(Passkey).where(Passkey.user_id == person.id).order_by(Passkey.id)).all()


def remove_passkey(person: User, *, handle: str) -> bool:
    """It signs in no longer. False where it is not there, or another's."""
    for each in passkeys_of(person):
        if each.handle == handle:
            db.session.delete(each)
            db.session.flush()
            return True
    return False


def remove_all_passkeys(person: User) -> bool:
    """False where there was none."""
    known = passkeys_of(person)
    for each in known:
        db.session.delete(each)
    db.session.flush()
    return bool(known)


def _new_challenge(user_handle: bytes = b"") -> Challenge:
    return Challenge(secrets.token_bytes(32), clock.now() + ANSWER_WITHIN, user_handle)


def _spend(challenge: Challenge) -> None:
    """Nobody answers it again. Raises BadPasskey where somebody has, or it is too old."""
    if challenge.expires_at <= clock.now():
        raise BadPasskey
    spent = (
        insert(SpentChallenge)
        .values(challenge_hash=digest(challenge.value.hex()), expires_at=challenge.expires_at)
        .on_conflict_do_nothing()
        .returning(SpentChallenge.id)
    )
    if db.session.scalar(spent) is None:
        raise BadPasskey


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise BadPasskey
    try:
        sent = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise BadPasskey from error
    if not isinstance(sent, dict) or not isinstance(sent.get("response"), dict):
        raise BadPasskey
    return sent
