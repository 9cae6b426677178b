"""Doing the same to many tickets: at once for those that were ticked, after a look for all that match, for answers and
for a deletion.
"""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup

from helpdesk.core.errors import Unwelcome
from helpdesk.queues.catalogue import QUEUES, SEARCH
from helpdesk.queues.views import is_view_slug
from helpdesk.tickets.bulk.deeds import ADD_TAG, REMOVE_TAG, Kind, kind_named
from helpdesk.tickets.bulk.jobs import start
from helpdesk.tickets.bulk.policy import can_undo
from helpdesk.tickets.bulk.writing import WRITTEN
from helpdesk.tickets.models import BulkEdit
from helpdesk.web.agents.bulk_deeds import Deed, deed_named
from helpdesk.web.agents.bulk_page import latest, reasons_of, said, show_edit
from helpdesk.web.agents.bulk_preview import BulkForm, show_preview
from helpdesk.web.agents.bulk_selection import BIN, Selection, selection_in
from helpdesk.web.agents.bulk_words import Words
from helpdesk.web.agents.bulk_writing import LetterForm, show_writing, written_deed
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("bulk_edits", __name__, url_prefix="/bulk-edits")

LATEST = 30
FIELDS = {ADD_TAG: "tag", REMOVE_TAG: "tag"}
"""Where a form keeps what a deed needs, when its button does not say it itself: elsewhere the deed's own name."""


@bp.get("")
def index() -> Page:
    """What one did to many tickets lately, with the way back."""
    return render_template("agents/bulk_edits/index.html", edits=latest(LATEST))


@bp.get("/<edit_id>")
def show(edit_id: str) -> Page:
    """How far it is; it goes on whether somebody looks or not."""
    return show_edit(edit_id)


@bp.get("/new")
def new() -> Page:
    """The deed before it is done: how many tickets, what becomes of them, which ones stay as they are. Words for all of
    them are written first.
    """
    selection, name = _selection(), request.args.get("deed", "")
    if name in WRITTEN:
        _refuse_who_may_not(kind_named(name), selection)
        return show_writing(selection, name, LetterForm())
    return show_preview(selection, _deed(name, request.args.get("value", "")))


@bp.post("")
def create() -> Page:
    selection, form = _selection(), BulkForm()
    if not form.validate_on_submit():
        abort(400)
    name, _colon, value = request.form.get("deed", "").partition(":")
    if not name and not request.form.get("tag", "").strip():
        flash(_("Nothing was done. Choose in the bar what to do with the tickets you tick."), "warning")
        return redirect(selection.list_url, code=303)
    if name in WRITTEN:
        return _write(selection, name, form)
    name = name or ADD_TAG  # Enter in the field of the tags
    deed = _deed(name, value or request.form.get(FIELDS.get(name, name), ""))
    if not (selection.is_all or selection.numbers):
        return _nothing_ticked(selection)
    if (selection.is_all or deed.asks_first) and form.look is None:
        return redirect(_preview_url(selection, deed.name, deed.value), code=303)
    return _carry_out(selection, deed, form)


@bp.errorhandler(Unwelcome)
def refuse(refusal: Unwelcome) -> Page:
    """Nothing was done, and why. A tag that cannot be one can be typed again, a text stays in sight."""
    page = render_template(
        "agents/bulk_edits/refused.html",
        form=BulkForm.showing(),
        selection=_selection(),
        deed=request.values.get("deed", ""),
        tag=request.values.get("tag", ""),
        content=request.form.get("content", ""),
        sentence=_(refusal.sentence),
    )
    return page, refusal.status


def _selection() -> Selection:
    selection = selection_in(request.values)
    if selection.slug not in (BIN, SEARCH, *QUEUES) and not is_view_slug(selection.slug):
        abort(404)
    return selection


def _nothing_ticked(selection: Selection) -> Page:
    flash(_("Tick tickets first, then choose what to do with them."), "warning")
    return redirect(selection.list_url, code=303)


def _deed(name: str, value: str) -> Deed:
    deed = deed_named(name, value)
    if not deed.kind.may(g.agent):
        abort(403)
    return deed


def _refuse_who_may_not(kind: Kind, selection: Selection) -> None:
    """Nobody writes on what is in the bin."""
    if not kind.may(g.agent):
        abort(403)
    if selection.slug == BIN:
        abort(404)


def _write(selection: Selection, name: str, form: BulkForm) -> Page:
    """From the bar to the page where one writes, from there on to the look and back, and at last done."""
    _refuse_who_may_not(kind_named(name), selection)
    if not (selection.is_all or selection.numbers):
        return _nothing_ticked(selection)
    if "content" not in request.form:
        return redirect(_preview_url(selection, name), code=303)
    letter = LetterForm()
    is_wrong = not letter.validate()
    if is_wrong or "again" in request.form:
        return show_writing(selection, name, letter), 422 if is_wrong else 200
    return _send(selection, written_deed(name, letter), form)


def _send(selection: Selection, deed: Deed, form: BulkForm) -> Page:
    if (selection.is_all or deed.asks_first) and form.look is None:
        return show_preview(selection, deed)
    if form.look and deed.asks_again(form.look.confirms) and "is_sure" not in request.form:
        return show_preview(selection, deed, unsure=_("Tick this first: so many letters leave at once.")), 422
    return _carry_out(selection, deed, form)


def _carry_out(selection: Selection, deed: Deed, form: BulkForm) -> Page:
    look = form.look
    if look and selection.is_all and look.meant != selection.meaning:
        changed = _(
            "Meanwhile this list was changed: it asks for other tickets. Nothing was done: look again."
        )
        return show_preview(selection, deed, warning=changed), 409
    ids = selection.ids(newest=look.newest if look else None, most=deed.most)
    if look and len(ids) > look.confirms:
        more = _("Meanwhile more tickets match than you were shown. Nothing was done: look again.")
        return show_preview(selection, deed, warning=more), 409

    def perform() -> str:
        if not ids:
            flash(_("No ticket was changed."))
            return selection.list_url
        edit = start(deed.name, deed.kept, ids=ids, by=g.agent, list_path=selection.list_url)
        if edit.finished_at is None:
            return url_for("agents.bulk_edits.show", edit_id=edit.public_id)
        tell(edit, deed.words)
        return selection.list_url

    return form.once(perform)


def _preview_url(selection: Selection, deed: str, value: str = "") -> str:
    args: dict[str, Any] = {}
    for name, worth in [*selection.fields, ("deed", deed), ("value", value)]:
        args.setdefault(name, []).append(worth)
    return url_for("agents.bulk_edits.new", **args)


def tell(edit: BulkEdit, words: Words) -> None:
    """What became of it in passing, with the way back; where tickets were left as they are, it stays and names them."""
    sentences = said(edit, words)
    undo = None
    if can_undo(g.agent, edit):
        undo = url_for("agents.bulk_reversals.create", edit_id=edit.public_id)
    if not edit.refused_count:
        flash({"text": " ".join(sentences), "undo": undo} if undo else " ".join(sentences))  # type: ignore[arg-type]  # a toast with a button
        return
    told = render_template(
        "agents/bulk_edits/_result.html", words=sentences, left=edit.refused_count, reasons=reasons_of(edit)
    )
    shown = Markup(told)  # noqa: S704 — a template of ours, escaped there
    flash({"text": shown, "undo": undo} if undo else shown, "warning")  # type: ignore[arg-type]  # a banner with a button
