"""Doing the same to many tickets: at once for those that were ticked, after a look for all that match or a deletion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import Select
from wtforms import HiddenField
from wtforms.validators import Optional, Regexp

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.queues.catalogue import QUEUES, SEARCH
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.bulk import BulkResult
from helpdesk.tickets.queries import name_of
from helpdesk.web.agents.bulk_deeds import ADD_TAG, REMOVE_TAG, Deed, deed_named
from helpdesk.web.agents.bulk_selection import BIN, Selection, selection_in
from helpdesk.web.answers import Page
from helpdesk.web.forms import CreatingForm
from helpdesk.web.languages import gettext as _

bp = Blueprint("bulk_edits", __name__, url_prefix="/bulk-edits")

SHOWN = 10  # tickets of a preview
NAMED = 50  # tickets that stay as they are, told by number, for each reason
FIELDS = {ADD_TAG: "tag", REMOVE_TAG: "tag"}
"""Where a form keeps what a deed needs, when its button does not say it itself: elsewhere the deed's own name."""
_WHOLE = Regexp(r"^[0-9]{1,18}$")


class BulkForm(CreatingForm):
    """`confirms` is the number of tickets the preview showed, `newest` the last of them: no more, no later ones."""

    confirms = HiddenField(validators=[Optional(), _WHOLE])
    newest = HiddenField(validators=[Optional(), _WHOLE])


@dataclass(frozen=True, slots=True)
class Reason:
    """Why tickets stay as they are, and which: the first of their numbers, and how many more there are."""

    sentence: str
    numbers: Sequence[str]
    more: int


@bp.get("/new")
def new() -> Page:
    """The deed before it is done: how many tickets, what becomes of them, which ones stay as they are."""
    return _preview(_selection(), _deed(request.args.get("deed", ""), request.args.get("value", "")))


@bp.post("")
def create() -> Page:
    selection, form = _selection(), BulkForm()
    if not form.validate_on_submit():
        abort(400)
    name, _colon, value = request.form.get("deed", "").partition(":")
    if not name and not request.form.get("tag", "").strip():
        flash(_("Nothing was done. Choose in the bar what to do with the tickets you tick."), "warning")
        return redirect(selection.list_url, code=303)
    name = name or ADD_TAG  # Enter in the field of the tags
    deed = _deed(name, value or request.form.get(FIELDS.get(name, name), ""))
    if not (selection.is_all or selection.numbers):
        flash(_("Tick tickets first, then choose what to do with them."), "warning")
        return redirect(selection.list_url, code=303)
    if (selection.is_all or deed.asks_first) and not form.confirms.data:
        return redirect(_preview_url(selection, deed), code=303)
    return _carry_out(selection, deed, form)


@bp.errorhandler(Unwelcome)
def refuse(refusal: Unwelcome) -> Page:
    """Nothing was done, and why. A tag that cannot be one can be typed again."""
    page = render_template(
        "agents/bulk_edits/refused.html",
        form=BulkForm(formdata=None),
        selection=_selection(),
        deed=request.values.get("deed", ""),
        tag=request.values.get("tag", ""),
        sentence=_(refusal.sentence),
    )
    return page, refusal.status


def _selection() -> Selection:
    selection = selection_in(request.values)
    if selection.slug not in (BIN, SEARCH, *QUEUES):
        abort(404)
    return selection


def _deed(name: str, value: str) -> Deed:
    deed = deed_named(name, value)
    if not deed.may(g.agent):
        abort(403)
    return deed


def _carry_out(selection: Selection, deed: Deed, form: BulkForm) -> Page:
    shown = int(form.confirms.data) if form.confirms.data else None
    ids = selection.ids(newest=int(form.newest.data) if form.newest.data else None)
    if shown is not None and len(ids) > shown:
        return _preview(selection, deed, is_longer=True), 409

    def perform() -> str:
        _tell(deed, deed.perform(selection.these(ids), g.agent), len(ids))
        return selection.list_url

    return form.once(perform)


def _preview(selection: Selection, deed: Deed, *, is_longer: bool = False) -> str:
    """`is_longer`: more tickets match than there were when it was shown before."""
    ids = selection.ids()
    outlook = deed.foresee(selection.these(ids))
    return render_template(
        "agents/bulk_edits/new.html",
        form=BulkForm(formdata=None, confirms=len(ids), newest=max(ids, default=0)),
        selection=selection,
        deed=deed,
        count=len(ids),
        changing=len(outlook.changing),
        left=len(outlook.refused),
        same=len(ids) - len(outlook.changing) - len(outlook.refused),
        reasons=_reasons(outlook.refused),
        shown=db.session.execute(_shown(selection.these(outlook.changing))).all(),
        is_longer=is_longer,
    )


def _shown(tickets: Select[Ticket]) -> Select[str, str, str]:
    columns = (Ticket.ticket_number, Ticket.title, name_of(Ticket.requester_id).label("requester"))
    return tickets.with_only_columns(*columns).order_by(Ticket.id.desc()).limit(SHOWN)


def _preview_url(selection: Selection, deed: Deed) -> str:
    args: dict[str, Any] = {}
    for name, value in [*selection.fields, ("deed", deed.name), ("value", deed.value)]:
        args.setdefault(name, []).append(value)
    return url_for("agents.bulk_edits.new", **args)


def _tell(deed: Deed, result: BulkResult, count: int) -> None:
    """One sentence in passing; where tickets were left as they are, the sentence stays and names them."""
    changed, left = len(result.changed), len(result.refused)
    same = count - changed - left
    words = [deed.done(changed) if changed else _("No ticket was changed.")]
    if same > 0:
        words.append(deed.same(same))
    if not left:
        flash(" ".join(words))
        return
    reasons = _reasons(result.refused)
    told = render_template("agents/bulk_edits/_result.html", words=words, left=left, reasons=reasons)
    flash(Markup(told), "warning")  # noqa: S704 — a template of ours, escaped there


def _reasons(refused: Mapping[str, str]) -> list[Reason]:
    by_sentence: dict[str, list[str]] = {}
    for number, sentence in refused.items():
        by_sentence.setdefault(sentence, []).append(number)
    return [
        Reason(_(sentence), numbers[:NAMED], max(0, len(numbers) - NAMED))
        for sentence, numbers in by_sentence.items()
    ]
