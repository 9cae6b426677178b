"""Removing tickets of the bin for good: what would go, the number typed, and how far the worker has come."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request
from sqlalchemy import Select
from werkzeug.datastructures import MultiDict

from helpdesk.accounts.permissions import Permission
from helpdesk.background.queries import worker_seen_at
from helpdesk.core.db import db
from helpdesk.tickets.bin import purges
from helpdesk.tickets.jobs import start_purge
from helpdesk.tickets.models import Purge, Ticket
from helpdesk.tickets.operations.purging import foresee_purge
from helpdesk.tickets.queries import name_of
from helpdesk.web.admin.bin_selection import BinSelection, selection_in
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("bin_purges", __name__, url_prefix="/bin/purges")
bp.before_request(needs(Permission.MANAGE_DESK))
bp.before_request(needs(Permission.DELETE_TICKETS))

SHOWN = 8


class PurgeForm(Form):
    """How many tickets go, typed by hand."""

    typed = TypedConfirmationField()


@bp.get("/new")
@needs_fresh_proof
def new() -> Page:
    return _question(_selection(request.args), PurgeForm())


@bp.post("")
@needs_fresh_proof
def create() -> Page:
    selection, form = _selection(request.form), PurgeForm()
    form.typed.expected = count = foresee_purge(selection.tickets).tickets
    if not count:
        flash(_("Nothing to remove: somebody was faster."), "warning")
        return redirect(selection.list_url, code=303)
    if not form.validate_on_submit():
        return _question(selection, form), 422
    purge = start_purge(selection.tickets, count=count, by=g.agent)
    return see_other("admin.bin_purges.show", purge_id=purge.id)


@bp.get(f"/<{ROW_ID}:purge_id>")
def show(purge_id: int) -> Page:
    purge = db.session.execute(purges().where(Purge.id == purge_id)).one_or_none()
    if purge is None:
        abort(404)
    waits = purge.finished_at is None
    return render_template(
        "admin/bin_purges/show.html", purge=purge, has_worker=not waits or worker_seen_at() is not None
    )


def _selection(sent: MultiDict[str, str]) -> BinSelection:
    selection = selection_in(sent)
    if not selection.fields:
        abort(redirect(selection.list_url, code=303))
    return selection


def _question(selection: BinSelection, form: PurgeForm) -> str:
    sums = foresee_purge(selection.tickets)
    form.typed.expected = sums.tickets
    return render_template(
        "admin/bin_purges/new.html",
        selection=selection,
        form=form,
        sums=sums,
        shown=db.session.execute(_shown(selection.tickets)).all(),
    )


def _shown(tickets: Select[Ticket]) -> Select[str, str, str]:
    columns = (Ticket.ticket_number, Ticket.title, name_of(Ticket.requester_id).label("requester"))
    return tickets.with_only_columns(*columns).order_by(Ticket.deleted_at.desc()).limit(SHOWN)
