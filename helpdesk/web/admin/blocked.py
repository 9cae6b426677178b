"""The block list: addresses and domains whose mail is suspended, added and taken off."""

from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request, url_for
from flask_babel import lazy_gettext as lazy
from sqlalchemy import func, select
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.pagination import Key
from helpdesk.mail.models import BlockedSender, BlockKind
from helpdesk.mail.operations.blocking import LONGEST_NOTE, block, unblock
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.sorted_lists import SortedList, asked_words, has_words, list_state, sorted_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.forms import CreatingForm
from helpdesk.web.languages import gettext as _

bp = Blueprint("blocked", __name__, url_prefix="/blocked")
bp.before_request(needs(Permission.MANAGE_DESK))


class BlockForm(CreatingForm):
    """Whom to block: what has an @ before the end is an address, all else a domain."""

    value = StringField(
        lazy("Address or domain"), [DataRequired(lazy("Type an address or a domain.")), Length(max=255)]
    )
    note = StringField(lazy("Note"), [Length(max=LONGEST_NOTE)])

    @property
    def kind(self) -> BlockKind:
        typed = (self.value.data or "").strip()
        return BlockKind.ADDRESS if "@" in typed[1:] else BlockKind.DOMAIN


@bp.get("")
def index() -> Page:
    return render_template("admin/blocked/index.html", blocked=_list(), state=list_state())


@bp.get("/new")
def new() -> Page:
    return _new(BlockForm(value=request.args.get("value", "")))


@bp.post("")
def create() -> Page:
    form, answers = BlockForm(), list[Page]()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                answers.append(form.once(lambda: _create(form)))
        except Unwelcome as refusal:
            form.value.errors = [_(refusal.sentence)]
    return answers[0] if answers else (_new(form), 422)


@bp.post(f"/<{ROW_ID}:blocked_id>/removal")
def destroy(blocked_id: int) -> Page:
    found = db.session.get(BlockedSender, blocked_id)
    if found is None:
        abort(404)
    name = found.value
    unblock(found, by=g.agent)
    flash(_("Mail from %(sender)s is let in again.", sender=name))
    return see_other("admin.blocked.index", **list_state())


def _create(form: BlockForm) -> str:
    row = block(kind=form.kind, value=form.value.data or "", note=form.note.data or "", by=g.agent)
    flash(_("Mail from %(sender)s is suspended from now on.", sender=row.value))
    return url_for("admin.blocked.index")


def _new(form: BlockForm) -> str:
    return render_template("admin/blocked/new.html", blocked=_list(), state=list_state(), form=form)


def _list() -> SortedList:
    """Costs one statement; two for an empty list."""
    found = select(BlockedSender).join(User, User.id == BlockedSender.created_by_id)
    found = found.where(has_words(asked_words(), BlockedSender.value, BlockedSender.note))
    last = Key(BlockedSender.id, descending=True)
    orders = {"latest": [last], "value": [Key(BlockedSender.value), last]}
    by = func.coalesce(func.nullif(User.full_name, ""), "").label("by")
    columns: tuple[Any, ...] = (
        *(BlockedSender.id, BlockedSender.kind, BlockedSender.value, BlockedSender.note),
        *(BlockedSender.created_at, by),
    )
    rows = found.with_only_columns(*columns)
    return sorted_list("admin.blocked.index", rows, orders=orders)
