"""Keeping what somebody writes on a ticket until it is sent or thrown away."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.submissions import is_claimed
from helpdesk.files.types import is_inline_image
from helpdesk.tickets.models import Draft, Mode, StagedFile, Ticket
from helpdesk.tickets.operations.staging import staged_by, unstage_all
from helpdesk.tickets.operations.writing import FILES, Writing


def save_draft(
    ticket: Ticket, *, by: User, mode: Mode, content: Writing, submission: UUID | None = None
) -> Draft | None:
    """Keep it in place of what was kept before; nothing written and no file waiting forgets the draft.

    A draft that arrives after the form with this `submission` key was sent is late, and not kept. Returns what is
    kept now. Raises NothingWritten for an endless text.
    """
    _wait_for_senders(ticket)
    if submission is not None and is_claimed(submission):
        return None
    staged = db.session.scalars(staged_by(by, ticket)).all()
    pictures = {
        FILES + each.public_id: each.filename for each in staged if is_inline_image(each.content_type)
    }
    text, html = content.cleaned(pictures)
    if not text and not staged:
        _forget(ticket, by)
        return None
    now = clock.now()
    kept = {"mode": mode, "content": html, "updated_at": now}
    row = insert(Draft).values(user_id=by.id, ticket_id=ticket.id, created_at=now, **kept)
    saved = row.on_conflict_do_update(index_elements=[Draft.user_id, Draft.ticket_id], set_=kept)
    return db.session.scalars(saved.returning(Draft), execution_options={"populate_existing": True}).one()


def discard_draft(ticket: Ticket, *, by: User) -> None:
    """Throw away what this person was writing on the ticket, with the files that waited for it."""
    _wait_for_senders(ticket)
    _forget(ticket, by)
    unstage_all(ticket, by=by)


def finish_draft(ticket: Ticket, *, by: User) -> None:
    """It is sent: forget the draft, and pictures that were taken out of the text again."""
    _forget(ticket, by)
    unstage_all(ticket, by=by, only_inline=True)


def forget_unsent(person: User) -> None:
    """Forget everything this person wrote and did not send, on any ticket, with its files."""
    db.session.execute(delete(Draft).where(Draft.user_id == person.id))
    db.session.execute(delete(StagedFile).where(StagedFile.user_id == person.id))


def _forget(ticket: Ticket, by: User) -> None:
    db.session.execute(delete(Draft).where(Draft.user_id == by.id, Draft.ticket_id == ticket.id))


def _wait_for_senders(ticket: Ticket) -> None:
    """Whoever sends a message on this ticket now has finished when this returns."""
    db.session.execute(
        select(Ticket.id).where(Ticket.id == ticket.id).with_for_update(read=True, key_share=True)
    )
