"""A bulk edit as pages show it: what it does, how far it is, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, g, render_template, url_for
from markupsafe import Markup
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.bulk.deeds import known
from helpdesk.tickets.bulk.policy import can_cancel, can_undo, undo_until
from helpdesk.tickets.bulk.queries import edits_of, refusals_of
from helpdesk.tickets.bulk.writing import REPLY, WRITTEN, letter_kept
from helpdesk.tickets.models import BulkEdit
from helpdesk.web.agents.bulk_words import Words, words_for
from helpdesk.web.agents.sidebar_counts import sidebar
from helpdesk.web.fixed_urls import fixed_url
from helpdesk.web.languages import gettext as _

NAMED = 50  # tickets that stay as they are, told by number, for each reason


@dataclass(frozen=True, slots=True)
class Reason:
    """Why tickets stay as they are, and which: the first of their numbers, and how many more there are."""

    sentence: str
    numbers: Sequence[str]
    more: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One edit. `state` is waiting, running, failed, cancelled, stopped or done."""

    edit: BulkEdit
    title: str
    state: str
    url: str
    undone_url: str | None
    can_cancel: bool
    can_undo: bool
    undo_until: datetime | None
    is_unsent: bool
    """Its undo takes back what has not left yet."""
    stays: str
    """What of it cannot be taken back."""
    letter: Markup | None
    """What it wrote on each ticket, as long as that is kept."""

    @property
    def is_under_way(self) -> bool:
        return self.state in ("waiting", "running")


def edit_of_agent(edit_id: str) -> BulkEdit:
    """Somebody else's is as good as missing."""
    own = select(BulkEdit).where(BulkEdit.public_id == edit_id, BulkEdit.user_id == g.agent.id)
    return db.session.scalars(own).one_or_none() or abort(404)


def latest(most: int) -> list[Shown]:
    """What this agent did to many tickets lately."""
    return [_shown(row) for row in db.session.execute(edits_of(g.agent).limit(most))]


def show_edit(edit_id: str, *, alert: str = "") -> str:
    """The page of one edit; `alert` says why something was not done."""
    row = db.session.execute(edits_of(g.agent).where(BulkEdit.public_id == edit_id)).one_or_none()
    if row is None:
        abort(404)
    shown = _shown(row)
    return render_template(
        "agents/bulk_edits/show.html",
        shown=shown,
        edit=shown.edit,
        alert=alert,
        reasons=reasons_of(shown.edit),
    )


def reasons_of(edit: BulkEdit) -> list[Reason]:
    """Why some stayed as they are. Costs one statement, where some did."""
    if not edit.refused_count:
        return []
    return [
        Reason(_(row.reason), row.numbers or (), row.how_many - len(row.numbers or ()))
        for row in db.session.execute(refusals_of(edit, g.agent, most=NAMED))
    ]


def bulk_context() -> dict[str, Any]:
    """What every page of those who may change many tickets knows of it; others hear nothing of it."""
    if not any(kind.may(g.agent) for kind in known.values()):
        return {}
    return {"bulk_edits_url": fixed_url("agents.bulk_edits.index"), "bulk_under_way": _under_way_url}


def _under_way_url() -> str | None:
    """Where the edit that goes on right now can be looked at: it came with the counts beside the page."""
    edit_id = sidebar()["edit_under_way"]
    return url_for("agents.bulk_edits.show", edit_id=edit_id) if edit_id else None


def said(edit: BulkEdit, words: Words) -> list[str]:
    """What became of it, in sentences; `words` are those of the deed, also where it was taken back."""
    if not edit.changed_count:
        told = [_("No ticket was changed.")]
    else:
        told = [(words.undone if edit.is_undo else words.done)(edit.changed_count)]
    if edit.same_count > 0 and not edit.is_undo:
        told.append(words.same(edit.same_count))
    return told


def _shown(row: Any) -> Shown:
    edit: BulkEdit = row.BulkEdit
    original: BulkEdit | None = row[4]
    done, name = (edit, row.name) if original is None else (original, row.original_name)
    words = words_for(done.deed, done.value, name)
    title = words.offer(edit.ticket_count)
    return Shown(
        edit=edit,
        title=title if original is None else _("Undo: %(deed)s", deed=title),
        state=_state(edit, row.state),
        url=url_for("agents.bulk_edits.show", edit_id=edit.public_id),
        undone_url=url_for("agents.bulk_edits.show", edit_id=row.undone_by) if row.undone_by else None,
        can_cancel=can_cancel(g.agent, edit),
        can_undo=row.undone_by is None and can_undo(g.agent, edit),
        undo_until=undo_until(edit),
        is_unsent=done.deed == REPLY,
        stays=words.stays,
        letter=_letter(done),
    )


def _letter(edit: BulkEdit) -> Markup | None:
    letter = letter_kept(edit.value) if edit.deed in WRITTEN else None
    return Markup(letter.html) if letter and letter.text else None  # noqa: S704 — sanitised where it is made


def _state(edit: BulkEdit, job: str | None) -> str:
    if edit.finished_at is None:
        return {"todo": "waiting" if not edit.position else "running", "doing": "running"}.get(
            job or "", "failed"
        )
    if edit.stopped_because:
        return "stopped"
    return "cancelled" if edit.cancelled_at else "done"
