"""What somebody sent without a fresh proof: the browser keeps it until the proof is given, signed, for its sender."""

import re
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

COOKIE = "helpdesk-form"
PLACE = "/proven"
"""The one address the browser sends it to."""
MOST = 3_500
"""So many characters fit: browsers drop a cookie of more than 4096, name and all."""
KEPT_SECONDS = 30 * 60
SECRET_NAME = re.compile(r"password|secret|code|token|answer")
"""The fields nobody keeps for anybody; a test holds it against the forms."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that waits: where it was sent, and what was in it."""

    id: str
    path: str
    fields: list[tuple[str, str]]


def form_of_request() -> KeptForm | None:
    """What this request sent; nothing where a file or a secret is among it: half a form is not sent on."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if request.method != "POST" or any(file.filename for file in request.files.values()):
        return None
    if any(value and SECRET_NAME.search(name) for name, value in fields):
        return None
    return KeptForm(token_urlsafe(9), request.full_path.rstrip("?"), fields)


def keep(form: KeptForm, answer: Response) -> bool:
    """Hand it to the browser with this answer. Whether it fits."""
    value = _signer().dumps([form.id, g.person.id, form.path, form.fields])
    if len(value) > MOST:
        return False
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(
        COOKIE, str(value), max_age=KEPT_SECONDS, path=PLACE, httponly=True, secure=secure, samesite="Lax"
    )
    return True


def kept_form(form_id: str) -> KeptForm | None:
    """What this browser keeps under this id for the person who is signed in."""
    try:
        found, owner_id, path, fields = _read(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    if (found, owner_id) != (form_id, g.person.id):
        return None
    return KeptForm(found, path, [(name, value) for name, value in fields])


def _read(value: str) -> Any:
    return _signer().loads(value, max_age=KEPT_SECONDS)


def _signer() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="kept form")
