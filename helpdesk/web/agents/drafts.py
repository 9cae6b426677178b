"""What somebody is writing on a ticket: as a form carries it, as the desk keeps it, and as the composer shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from flask import request, url_for

from helpdesk.core.errors import Unwelcome
from helpdesk.core.html import html_to_text, sanitise
from helpdesk.files.types import is_inline_image
from helpdesk.tickets.operations.replying import ThreadGrew
from helpdesk.tickets.operations.writing import FILES, Writing
from helpdesk.web.agents.composer_recipients import named_in_request

Mode = Literal["reply", "note"]


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file that was sent ahead, as components/composer.html takes it."""

    public_id: str
    name: str
    size: int
    content_type: str
    url: str
    is_picture: bool
    """It can stand in the text."""
    is_inline: bool
    """It was put into the text, not attached."""
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """The composer as it was left. `error` says what was wrong with it."""

    content: str = ""
    """The words alone: what a text field without an editor shows."""
    mode: Mode = "reply"
    error: str = ""
    html: str = ""
    files: tuple[WaitingFile, ...] = ()
    kept_at: datetime | None = None
    """When the desk kept this; None for what it does not have."""
    recipients: Mapping[str, Sequence[str]] | None = None
    """Addresses by kind, unchecked; None: as the conversation suggests."""
    is_cancelled: bool = False
    """It was to be sent later, and the customer wrote first."""
    news: int = 0
    """How many messages came from others while this was written, the first of them at position `first_new`."""
    first_new: int = 0


NOTHING = Draft()


def draft_in_request(*, error: str = "", grown: ThreadGrew | None = None) -> Draft:
    """What the form that was sent carries of the composer."""
    mode: Mode = "note" if request.form.get("mode") == "note" else "reply"
    draft = Draft(
        request.form.get("content", ""),
        mode,
        error,
        request.form.get("content_html", ""),
        recipients=named_in_request(),
    )
    if draft.html:
        draft = replace(draft, content=_cleaned(draft.html, ())[0])
    return replace(draft, news=grown.news, first_new=grown.seen + 1) if grown else draft


def composed(draft: Draft, kept: Mapping[str, Any] | None, staged: Sequence[Mapping[str, Any]]) -> Draft:
    """What the composer shows: what the form carried, else what the desk kept; and the files that wait for it."""
    carried = bool(draft.content.strip() or draft.html or draft.error)
    if not carried and kept:
        moment = datetime.fromisoformat(kept["updated_at"])
        draft = replace(
            draft,
            html=kept["content"],
            mode=kept["mode"],
            kept_at=moment,
            recipients=kept["recipients"],
            is_cancelled=kept["is_cancelled"],
        )
    text, html = _cleaned(draft.html, staged)
    chosen = set(request.form.getlist("staged")) if carried else None
    return replace(
        draft,
        content=text or draft.content,
        html=html,
        files=tuple(_waiting(each, html, chosen) for each in staged),
    )


def _cleaned(html: str, staged: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Text and HTML to go on writing with; of what the desk does not take the words alone."""
    pictures = {
        FILES + each["public_id"]: each["filename"]
        for each in staged
        if is_inline_image(each["content_type"])
    }
    try:
        return Writing(html=html).cleaned(pictures)
    except Unwelcome:
        return html_to_text(sanitise(html)), ""


def _waiting(file: Mapping[str, Any], html: str, chosen: set[str] | None) -> WaitingFile:
    stands_in_text = f'src="{FILES}{file["public_id"]}"' in html
    return WaitingFile(
        public_id=file["public_id"],
        name=file["filename"],
        size=file["size"],
        content_type=file["content_type"],
        url=url_for("files.show", public_id=file["public_id"]),
        is_picture=is_inline_image(file["content_type"]),
        is_inline=file["is_inline"],
        is_chosen=stands_in_text
        or (file["public_id"] in chosen if chosen is not None else not file["is_inline"]),
    )
