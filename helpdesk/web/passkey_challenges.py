"""What a browser was asked to sign by a passkey: kept in its signed cookie until the answer comes, once."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from enum import StrEnum

from flask import Response, jsonify, session

from helpdesk.identity.operations.passkeys import Challenge, Question
from helpdesk.identity.passkeys import BadPasskey, Desk, desk_of
from helpdesk.mail.links import base_url
from helpdesk.web import doorway

KEPT = "passkey"


class Asked(StrEnum):
    """What for: the answer to one question is none to another."""

    SIGN_IN = "sign in"
    SECOND = "second"
    NEW = "new"
    PROOF = "proof"


def passkey_desk() -> Desk | None:
    """The desk as passkeys know it; None where its address allows none."""
    desk = doorway.desk()
    return desk_of(base_url(desk), name=desk.desk_name)


def the_passkey_desk() -> Desk:
    """The same for who goes on with a passkey. Raises BadPasskey where there is none."""
    desk = passkey_desk()
    if desk is None:
        raise BadPasskey
    return desk


def ask(question: Question, what_for: Asked, *, person_id: int = 0) -> Response:
    """Keep the challenge, and hand the browser the options."""
    challenge = question.challenge
    session[KEPT] = {
        "for": what_for.value,
        "who": person_id,
        "value": _text(challenge.value),
        "handle": _text(challenge.user_handle),
        "until": int(challenge.expires_at.timestamp()),
    }
    return jsonify(question.options)


def asked(what_for: Asked, *, person_id: int = 0) -> Challenge:
    """The challenge of this browser; it is forgotten with that. Raises BadPasskey where nothing such was asked."""
    kept = session.pop(KEPT, None)
    if not isinstance(kept, dict) or (kept.get("for"), kept.get("who")) != (what_for.value, person_id):
        raise BadPasskey
    until = datetime.fromtimestamp(kept["until"], UTC)
    return Challenge(_octets(kept["value"]), until, _octets(kept["handle"]))


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode()


def _octets(text: str) -> bytes:
    return urlsafe_b64decode(text)
