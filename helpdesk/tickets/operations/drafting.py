"""Keeping what somebody writes on a ticket until it is sent or thrown away."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.html import clean_text, text_to_html
from helpdesk.core.submissions import is_claimed
from helpdesk.files.types import is_inline_image
from helpdesk.tickets.models import Attachment, Comment, Draft, Mode, RecipientKind, StagedFile, Ticket
from helpdesk.tickets.operations.addressing import forget_recipients, recipients_of
from helpdesk.tickets.operations.staging import staged_by, unstage_all
from helpdesk.tickets.operations.writing import FILES, Writing


def save_draft(
    ticket: Ticket,
    *,
    by: User,
    mode: Mode,
    content: Writing,
    recipients: Mapping[str, Sequence[str]] | None = None,
    submission: UUID | None = None,
) -> Draft | None:
    """Keep it in place of what was kept before; nothing written and no file waiting forgets the draft.

    `recipients` are addresses by kind (to, cc, bcc) as they stand in the form, unchecked. A draft that arrives after
    the form with this `submission` key was sent is late, and not kept. Returns what is kept now. Raises NothingWritten
    for an endless text.
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
    chosen = {kind: list(addresses) for kind, addresses in recipients.items()} if recipients else None
    kept = {"mode": mode, "content": html, "recipients": chosen, "updated_at": now}
    row = insert(Draft).values(user_id=by.id, ticket_id=ticket.id, created_at=now, **kept)
    saved = row.on_conflict_do_update(index_elements=[Draft.user_id, Draft.ticket_id], set_=kept)
    return db.session.scalars(saved.returning(Draft), execution_options={"populate_existing": True}).one()


def draft_again(comment: Comment, *, is_cancelled: bool) -> Draft:
    """An answer that was not published, its attachments loaded, goes back to its writer; the comment is no more.

    What they have begun to write meanwhile stands below it; beside a note it stays among staff.
    """
    writer, html = comment.author, comment.content_html
    signature = text_to_html(clean_text(writer.signature).strip())
    begun = db.session.scalar(
        select(Draft).where(Draft.user_id == writer.id, Draft.ticket_id == comment.ticket_id)
    )
    draft = begun or Draft(user_id=writer.id, ticket_id=comment.ticket_id, mode=Mode.REPLY, content="")
    draft.content = html.removesuffix(signature) + draft.content
    draft.recipients = _recipients_of(comment)
    draft.is_cancelled = is_cancelled
    db.session.add(draft)
    for file in comment.attachments:
        db.session.add(_staged_again(file, comment))
    db.session.delete(comment)
    db.session.flush()
    return draft


def _recipients_of(comment: Comment) -> dict[str, list[str]]:
    """By kind; the rows go with the comment."""
    chosen: dict[str, list[str]] = {kind.value: [] for kind in RecipientKind}
    for row in db.session.scalars(recipients_of(comment)):
        chosen[row.kind.value].append(row.email)
    forget_recipients(comment)
    return chosen


def _staged_again(file: Attachment, comment: Comment) -> StagedFile:
    """Under the same public id: the address that stands in the text stays right."""
    return StagedFile(
        user_id=comment.author_id,
        ticket_id=comment.ticket_id,
        sha256=file.sha256,
        public_id=file.public_id,
        filename=file.filename,
        content_type=file.content_type,
        size=file.size,
        is_inline=file.is_inline,
    )


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
