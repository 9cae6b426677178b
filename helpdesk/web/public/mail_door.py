"""The HTTP door of a mailbox: providers hand in mails as they are (raw MIME) with the mailbox's own secret."""

import sys
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from flask import Blueprint, Response, request
from sqlalchemy import select
from werkzeug.exceptions import ClientDisconnected

from helpdesk.core import current
from helpdesk.core.current import SYSTEM_USER_ID, DatabaseRole, Via
from helpdesk.core.db import db
from helpdesk.core.errors import NotStored
from helpdesk.core.faults import Point, passing
from helpdesk.core.row_security import switch
from helpdesk.core.tokens import digest
from helpdesk.mail.doors.addressees import mailbox_for
from helpdesk.mail.doors.intake import taking_in
from helpdesk.mail.models import Door, Mailbox, Reason
from helpdesk.mail.operations.receiving import most_bytes, receive

bp = Blueprint("mail_door", __name__, url_prefix="/mail")

IN_MEMORY = 2**20
PAUSE = "300"  # seconds after which a mailbox that is switched off is worth another try


@bp.post("/<address>")
def create(address: str) -> Response:
    """200 once the mail is safe, also when it was before; 401 whatever else it is that does not fit."""
    mailbox = _mailbox_at(address)
    if mailbox is None:
        return _answer(401, "Unknown mailbox or wrong secret.", {"WWW-Authenticate": 'Basic realm="mail"'})
    if not mailbox.is_active:
        return _answer(503, "This mailbox is switched off at the moment.", {"Retry-After": PAUSE})
    with SpooledTemporaryFile(IN_MEMORY) as body:
        try:
            _read_body(body)
        except ClientDisconnected:
            return _answer(400, "The mail broke off.")
        return _keep(mailbox, cast(BinaryIO, body))


def _mailbox_at(address: str) -> Mailbox | None:
    """The mailbox of this address, if the request brings its secret. No other secret is asked about."""
    current.change(via=Via.MAIL)
    switch(db.session(), role=DatabaseRole.APP, user_id=SYSTEM_USER_ID)
    given = _secret()
    if not given:
        return None
    opened = db.session.scalars(
        select(Mailbox).where(Mailbox.door_secret_hash == digest(given))
    ).one_or_none()
    wanted = mailbox_for(address)
    return opened if opened is not None and opened is wanted else None


def _secret() -> str | None:
    """`Authorization: Bearer …`, or the password of basic access, whatever the name."""
    shown = request.authorization
    if shown is None:
        return None
    return shown.token if shown.type == "bearer" else shown.password


def _read_body(body: IO[bytes]) -> None:
    """All of it, or one byte too many: a mail that is too large is told by its headers."""
    request.max_content_length = sys.maxsize  # our own limit holds here
    left = most_bytes() + 1
    while left > 0 and (piece := request.stream.read(min(left, IN_MEMORY))):
        left -= len(piece)
        body.write(piece)
    body.seek(0)
    passing(Point.HTTP_READ)


def _keep(mailbox: Mailbox, body: BinaryIO) -> Response:
    try:
        with taking_in():
            kept = receive(body, mailbox=mailbox, door=Door.HTTP, envelope_from=request.args.get("sender"))
    except NotStored as full:
        return _answer(507, full.sentence)
    passing(Point.HTTP_BEFORE_ANSWER)
    if kept.reason is Reason.TOO_LARGE:
        return _answer(413, "The mail is too large: only its headers were kept.")
    return _answer(200, "Kept.")


def _answer(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return Response(f"{sentence}\n", status, headers, mimetype="text/plain")
