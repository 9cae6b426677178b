"""Requests of people without an account: kept aside until who reads the mail of the address says that it was them."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select

from helpdesk.accounts.addresses import clean_email
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.names import clean_name
from helpdesk.accounts.operations.addresses import address_for, confirm
from helpdesk.accounts.reserved import Reserved
from helpdesk.core import clock, current
from helpdesk.core.db import db
from helpdesk.core.errors import Gone, TooLarge
from helpdesk.core.events import publish
from helpdesk.core.html import clean_text
from helpdesk.files.names import clean_filename
from helpdesk.files.operations import save_all
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.identity.operations.tokens import find, use
from helpdesk.tickets.events import GuestRequestsForgotten, RequestToConfirm
from helpdesk.tickets.models import Comment, GuestRequest, StagedFile, Ticket
from helpdesk.tickets.operations.attaching import Upload, attach_staged
from helpdesk.tickets.operations.opening import clean_title, open_ticket
from helpdesk.tickets.operations.writing import NothingWritten, Writing

KEPT = timedelta(days=7)
MOST_BYTES = 10_000_000
"""Of all files of one request: nobody knows yet who sends them."""
MOST_WAITING_BYTES = 1_000_000_000
"""Of all files of all guests together, so that strangers do not fill the disk."""

_UNWATCHED = {"synchronize_session": False}


def keep_request(
    *, email: str, full_name: str, title: str, content: str, uploads: Sequence[Upload] = ()
) -> GuestRequest:
    """Keep what a guest typed. Nothing of it is shown or mailed to anybody yet.

    Raises BadName, BadTitle, NothingWritten, NotAnAddress, TooLarge and NotStored.
    """
    text, _ = Writing(text=content).cleaned({})
    if not text:
        raise NothingWritten("Write something first.")
    request = GuestRequest(
        email=clean_email(email),
        full_name=clean_name(full_name),
        title=clean_title(title),
        content=clean_text(content),
        ip=current.entry().ip,
    )
    db.session.add(request)
    db.session.flush()
    _keep_files(request, uploads)
    return request


def _keep_files(request: GuestRequest, uploads: Sequence[Upload]) -> None:
    if not uploads:
        return
    blobs = save_all(uploads)
    if sum(blob.size for blob in blobs) > MOST_BYTES:
        raise TooLarge(f"All files together may have {MOST_BYTES // 1_000_000} MB at most.")
    waiting = select(func.coalesce(func.sum(StagedFile.size), 0)).where(
        StagedFile.guest_request_id.is_not(None)
    )
    if db.session.scalars(waiting).one() > MOST_WAITING_BYTES:
        raise TooLarge(
            "We cannot take files right now. Send your request without them; you can add them later."
        )
    for upload, blob in zip(uploads, blobs, strict=True):
        staged = StagedFile(
            guest_request_id=request.id,
            sha256=blob.sha256,
            filename=clean_filename(upload.filename),
            content_type=blob.content_type,
            size=blob.size,
        )
        db.session.add(staged)
    db.session.flush()


def ask_to_confirm(request_id: int) -> None:
    """Mail the address a link to what was asked in its name. Staff, and who is no more, are asked nothing."""
    request = db.session.get(GuestRequest, request_id)
    if request is None or request.confirmed_at is not None:
        return
    try:
        address = address_for(request.email)
    except Reserved:
        return
    person = address.user
    if person.is_staff or not person.is_active or person.anonymised_at is not None:
        return
    publish(RequestToConfirm(request, person, address))


def find_request(token: str) -> tuple[GuestRequest, OneTimeToken, Sequence[StagedFile]]:
    """What lies behind a confirming link, still unconfirmed afterwards, with its files. Raises Gone."""
    found = find(token, purpose=TokenPurpose.CONFIRM_REQUEST)
    return _unconfirmed(found), found, _files(found)


def confirm_request(token: str) -> tuple[Ticket, EmailAddress]:
    """Use the link up: the address is proven, and the request becomes a ticket of its person, who acts from here on.

    Raises Gone, and what opening a ticket raises.
    """
    used = use(token, purpose=TokenPurpose.CONFIRM_REQUEST)
    request, person, address = _unconfirmed(used, is_locked=True), used.user, used.address
    if person is None or address is None or person.is_staff:
        raise Gone("This link works no longer.")
    current.change(user_id=person.id)
    if address.verified_at is None and request.full_name:
        person.full_name = request.full_name  # what was there could have been typed by anybody
    confirm(address)
    person.full_name = person.full_name or request.full_name
    ticket = open_ticket(requester=person, by=person, title=request.title, description=request.content)
    opening = db.session.scalars(select(Comment).where(Comment.ticket_id == ticket.id)).one()
    for file in _files(used):
        attach_staged(opening, file)
    request.confirmed_at, request.ticket_id = clock.now(), ticket.id
    db.session.flush()
    return ticket, address


def forget_requests() -> None:
    """Those that nobody confirmed in time; the copies of those that became tickets."""
    forget(GuestRequest.created_at < clock.now() - KEPT)


def forget_requests_of(person: User) -> None:
    """Everything this person asked as a guest, confirmed or not: what became a ticket stays one."""
    emails = select(func.lower(EmailAddress.email)).where(EmailAddress.user_id == person.id)
    tickets = select(Ticket.id).where(Ticket.requester_id == person.id)
    forget(or_(func.lower(GuestRequest.email).in_(emails), GuestRequest.ticket_id.in_(tickets)))


def forget(which: ColumnElement[bool]) -> None:
    """Delete requests with their files and links."""
    ids = db.session.scalars(select(GuestRequest.id).where(which).with_for_update()).all()
    if not ids:
        return
    publish(GuestRequestsForgotten(ids))
    for statement in (
        delete(OneTimeToken).where(OneTimeToken.guest_request_id.in_(ids)),
        delete(StagedFile).where(StagedFile.guest_request_id.in_(ids)),
        delete(GuestRequest).where(GuestRequest.id.in_(ids)),
    ):
        db.session.execute(statement, execution_options=_UNWATCHED)


def _unconfirmed(token: OneTimeToken, *, is_locked: bool = False) -> GuestRequest:
    wanted = select(GuestRequest).where(
        GuestRequest.id == token.guest_request_id, GuestRequest.confirmed_at.is_(None)
    )
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise Gone("This request was confirmed already. Look into your mailbox for the link to it.")
    return found


def _files(token: OneTimeToken) -> Sequence[StagedFile]:
    theirs = StagedFile.guest_request_id == token.guest_request_id
    return db.session.scalars(select(StagedFile).where(theirs).order_by(StagedFile.id)).all()
