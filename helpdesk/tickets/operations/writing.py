"""How every comment comes to be, whatever it is for."""

from helpdesk.accounts.models import User
from helpdesk.core import clock, current
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.html import clean_text, text_to_html
from helpdesk.tickets.models import Comment, Ticket

LONGEST_COMMENT = 100_000


class NothingWritten(Unwelcome):
    """A comment without words."""

    status = 422


def add_comment(
    ticket: Ticket, *, by: User, content: str, is_internal: bool = False, is_opening: bool = False
) -> Comment:
    """Add a published comment and move the ticket's moments along. Raises NothingWritten for blank or endless text."""
    text = clean_text(content).strip()
    if not text:
        raise NothingWritten("Write something first.")
    if len(text) > LONGEST_COMMENT:
        raise NothingWritten(
            f"This is longer than {LONGEST_COMMENT:,} characters. Attach it as a file instead."
        )
    now = clock.now()
    comment = Comment(
        ticket=ticket,
        author=by,
        content=text,
        content_html=text_to_html(text),
        is_internal=is_internal,
        is_opening=is_opening,
        via=current.entry().via,
        created_at=now,
        published_at=now,
    )
    ticket.last_activity_at = now
    if not is_internal:
        ticket.last_public_at = now
    db.session.add(comment)
    db.session.flush()
    return comment
