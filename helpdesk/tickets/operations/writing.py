"""How every comment comes to be, whatever it is for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from helpdesk.accounts.models import User
from helpdesk.core import clock, current
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.html import clean_text, html_to_text, is_too_deep, sanitise, text_to_html
from helpdesk.tickets.models import Comment, Ticket

LONGEST_COMMENT = 100_000
LONGEST_HTML = 4 * LONGEST_COMMENT
FILES = "/files/"
"""Where files are fetched: what stands before the public id in the address of a picture."""
_FILE = re.compile(rf"{FILES}([\w-]{{10,64}})")


class NothingWritten(Unwelcome):
    """A comment without words."""

    status = 422


@dataclass(frozen=True, slots=True)
class Writing:
    """What somebody wrote: plain text, or the HTML of an editor, from which the plain text is made.

    `signature`, plain text, stands below where anything was written.
    """

    text: str = ""
    html: str = ""
    signature: str = ""
    quoted_html: str = ""
    """What stands below and is not their own words: kept aside, for staff."""
    written_at: datetime | None = None
    """When it reached us, where that is not now."""
    largest_file: int | None = None
    """Bytes that a file sent along may have; None: what people may upload."""

    @property
    def named_files(self) -> set[str]:
        """The public ids of files that the HTML speaks of: whose they are is for others to find out."""
        return set(_FILE.findall(self.html))

    def cleaned(self, pictures: Mapping[str, str]) -> tuple[str, str]:
        """Text and harmless HTML, which say the same; of pictures those whose addresses are given stay.

        Raises NothingWritten for an endless text.
        """
        text, html = self._from_editor(pictures) if self.html else self._from_text()
        signature = clean_text(self.signature).strip()
        if not text or not signature:
            return text, html
        return f"{text}\n\n{signature}", html + text_to_html(signature)

    def placed(self, content_ids: Mapping[str, str]) -> "Writing":
        """The same with addresses of files in place of the content ids that pictures are known by (RFC 2392)."""
        return self

    def quoted(self, pictures: Mapping[str, str]) -> str | None:
        """What it quotes, harmless."""
        return sanitise(clean_text(self.quoted_html), pictures=pictures) or None

    def _from_text(self) -> tuple[str, str]:
        text = clean_text(self.text).strip()
        _refuse_endless(text, LONGEST_COMMENT)
        return text, text_to_html(text)

    def _from_editor(self, pictures: Mapping[str, str]) -> tuple[str, str]:
        _refuse_endless(self.html, LONGEST_HTML)
        html = sanitise(clean_text(self.html), pictures=pictures)
        if is_too_deep(html):
            raise NothingWritten("Lists and quotes are nested too deeply here. Take some levels out.")
        text = html_to_text(html)
        _refuse_endless(text, LONGEST_COMMENT)
        return text, html if text else ""


def count_the_wait(ticket: Ticket, *, at: datetime, is_answer: bool) -> None:
    """A public message of staff ends the wait of the customer, one of theirs begins it. The first words of a ticket
    are theirs, whoever typed them.
    """
    if is_answer:
        ticket.unanswered_since = None
    elif ticket.unanswered_since is None:
        ticket.unanswered_since = at


def _refuse_endless(text: str, longest: int) -> None:
    if len(text) > longest:
        raise NothingWritten(
            f"This is longer than {LONGEST_COMMENT:,} characters. Attach it as a file instead."
        )


def add_comment(
    ticket: Ticket,
    *,
    by: User,
    content: str | Writing,
    pictures: Mapping[str, str] | None = None,
    is_internal: bool = False,
    is_opening: bool = False,
    is_held: bool = False,
) -> Comment:
    """Add a published comment and move the ticket's moments along. Raises NothingWritten for blank or endless text.

    One that `is_held` is not published and moves nothing yet (operations.holding). `pictures` are the addresses of
    those that may stand in the text, and their names.
    """
    writing = Writing(text=content) if isinstance(content, str) else content
    text, html = writing.cleaned(pictures or {})
    if not text:
        raise NothingWritten("Write something first.")
    now = clock.now()
    comment = Comment(
        ticket=ticket,
        author=by,
        content=text,
        content_html=html,
        quoted_html=writing.quoted(pictures or {}),
        is_internal=is_internal,
        is_opening=is_opening,
        via=current.entry().via,
        created_at=min(writing.written_at or now, now),
        published_at=None if is_held else now,
    )
    if not is_held:
        ticket.last_activity_at = now
        if not is_internal:
            ticket.last_public_at = now
            count_the_wait(ticket, at=now, is_answer=by.is_staff and not is_opening)
    db.session.add(comment)
    db.session.flush()
    return comment
