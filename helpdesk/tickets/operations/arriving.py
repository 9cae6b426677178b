"""What arrives by mail: words that are never refused for what they are, and messages that staff look at first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape

from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.events import publish
from helpdesk.core.html import clean_text, html_to_text, is_too_deep, sanitise, text_to_html
from helpdesk.core.lines import one_line
from helpdesk.tickets.events import CommentWritten, TicketOpened
from helpdesk.tickets.models import Comment, HeldComment, HeldFor, LinkKind, Ticket, TicketLink
from helpdesk.tickets.operations import holding
from helpdesk.tickets.operations.attaching import Upload, write
from helpdesk.tickets.operations.locking import lock
from helpdesk.tickets.operations.opening import LONGEST_TITLE, begin
from helpdesk.tickets.operations.watching import add_participant
from helpdesk.tickets.operations.writing import LONGEST_COMMENT, LONGEST_HTML, Writing, count_the_wait

NO_WORDS = "(no text)"
NO_SUBJECT = "(no subject)"
_BY_CONTENT_ID = re.compile(r'src="cid:([^"]*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mailed(Writing):
    """What a mail says, text and HTML beside each other; pictures are named by content id.

    Nothing in it is refused: endless text is cut, HTML nobody can show gives way to the text.
    """

    @property
    def named_files(self) -> set[str]:
        """None: a mail names no files but its own."""
        return set()

    def placed(self, content_ids: Mapping[str, str]) -> "Mailed":
        return replace(
            self, html=_placed(self.html, content_ids), quoted_html=_placed(self.quoted_html, content_ids)
        )

    def cleaned(self, pictures: Mapping[str, str]) -> tuple[str, str]:
        html = _showable(self.html, pictures)
        text = clean_text(self.text).strip() or html_to_text(html).strip()
        text = text[:LONGEST_COMMENT].strip() or NO_WORDS
        return text, html or text_to_html(text)

    def quoted(self, pictures: Mapping[str, str]) -> str | None:
        return _showable(self.quoted_html, pictures) or None

    @property
    def is_cut(self) -> bool:
        """Whether more was written than a message holds."""
        return len(self.text) > LONGEST_COMMENT


def title_from(subject: str, text: str = "") -> str:
    """A title that every mail has: its subject, else how it begins."""
    return (one_line(subject) or one_line(text[:LONGEST_TITLE]) or NO_SUBJECT)[:LONGEST_TITLE].strip()


def hold(ticket: Ticket, *, by: User, content: Mailed, uploads: Sequence[Upload] = ()) -> HeldComment:
    """Keep a message at a ticket for staff alone, until they admit it or move it. Customers learn nothing of it."""
    ticket = lock(ticket)
    comment = write(ticket, by=by, content=content, uploads=uploads, is_held=True)
    held = HeldComment(comment_id=comment.id, ticket_id=ticket.id, reason=HeldFor.STRANGER, publish_at=None)
    db.session.add(held)
    ticket.last_activity_at = ticket.updated_at = clock.now()  # agents see that there is something
    db.session.flush()
    return held


def set_aside(ticket: Ticket, *, by: User, content: Mailed, uploads: Sequence[Upload] = ()) -> Comment:
    """Keep what somebody's machine sent at their ticket, for staff alone. Changes no status, and nobody is told."""
    ticket = lock(ticket)
    comment = write(ticket, by=by, content=content, uploads=uploads, is_internal=True)
    ticket.updated_at = clock.now()
    publish(CommentWritten(comment, ticket=ticket, by=by, is_automatic=True))
    return comment


def admit(held: HeldComment, *, by: User) -> Comment:
    """Publish it as the answer it was meant to be; who wrote it takes part from now on. Raises Conflict."""
    ticket, comment = _waiting(held)
    author = db.session.get_one(User, comment.author_id)
    if not author.is_staff:
        add_participant(ticket, person=author, by=by)
    return holding.publish(held)


def move_out(held: HeldComment, *, title: str, by: User, is_automatic: bool = False) -> Ticket:
    """Make a ticket of its own of it, for who wrote it, linked to the one where it was. Raises Conflict."""
    ticket, comment = _waiting(held)
    db.session.delete(held)
    author = db.session.get_one(User, comment.author_id)
    db.session.refresh(ticket, ["team"])
    opened = begin(requester=author, by=author, title=title, team=ticket.team, via=comment.via)
    opened.mailbox_id = ticket.mailbox_id
    comment.ticket_id, comment.is_opening = opened.id, True
    _publish(comment, opened)
    db.session.flush()
    db.session.refresh(comment, ["ticket"])
    relate(opened, to=ticket)
    publish(TicketOpened(opened, by=author, is_automatic=is_automatic))
    return opened


def relate(ticket: Ticket, *, to: Ticket) -> None:
    """Say that two tickets have to do with each other: for agents, customers never see it."""
    db.session.add(TicketLink(ticket_id=ticket.id, other_id=to.id, kind=LinkKind.RELATES_TO))
    db.session.flush()


def _waiting(held: HeldComment) -> tuple[Ticket, Comment]:
    """Ticket, locked, and message, if nobody has decided about it yet. Raises Conflict."""
    comment = db.session.get_one(Comment, held.comment_id)
    ticket = lock(db.session.get_one(Ticket, held.ticket_id))
    still = select(HeldComment.reason).where(HeldComment.comment_id == held.comment_id)
    if db.session.scalar(still) is not HeldFor.STRANGER:
        raise Conflict("Somebody has decided about this message meanwhile.")
    return ticket, comment


def _publish(comment: Comment, ticket: Ticket) -> None:
    now = clock.now()
    comment.published_at = ticket.last_activity_at = ticket.last_public_at = now
    count_the_wait(ticket, at=now, is_answer=False)  # strangers who wrote to us


def _placed(markup: str, content_ids: Mapping[str, str]) -> str:
    def address(found: re.Match[str]) -> str:
        known = content_ids.get(unescape(found.group(1)))
        return f'src="{escape(known)}"' if known else ""

    return _BY_CONTENT_ID.sub(address, markup)


def _showable(markup: str, pictures: Mapping[str, str]) -> str:
    if not markup or len(markup) > LONGEST_HTML:
        return ""
    html = sanitise(clean_text(markup), pictures=pictures)
    return "" if is_too_deep(html) else html
