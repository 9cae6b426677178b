"""What staff should know about a person or an organization."""

from helpdesk.accounts.models import Organization, User
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict, Unwelcome
from helpdesk.core.html import clean_text

LONGEST_NOTES = 10_000


class NotesTooLong(Unwelcome):
    """More than anybody reads beside a ticket."""

    status = 422


class NotesChanged(Conflict):
    """Somebody else wrote there while these notes were being written."""


def write_notes(about: User | Organization, *, notes: str, seen: str, by: User) -> None:
    """Replace the notes; `seen` is what their writer had before them. Raises NotesTooLong and NotesChanged."""
    text = clean_text(notes).replace("\r\n", "\n").strip()
    if len(text) > LONGEST_NOTES:
        raise NotesTooLong(f"Notes may have {LONGEST_NOTES:,} characters at most. Keep what colleagues need.")
    db.session.refresh(about, ["notes"], with_for_update=True)
    if about.notes not in (text, seen.replace("\r\n", "\n").strip()):
        raise NotesChanged(
            "Somebody changed these notes meanwhile. Put together what is to stay, then save again."
        )
    about.notes = text
    db.session.flush()
