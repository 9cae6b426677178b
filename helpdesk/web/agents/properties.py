"""The properties of a ticket: saved together, without undoing what somebody else saved meanwhile."""

from flask import Blueprint, flash, g, render_template

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets import operations
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.policy import can_change
from helpdesk.web.agents.conflicts import show_conflict
from helpdesk.web.agents.deeds import allowed_ticket, back_to
from helpdesk.web.agents.drafts import draft_in_request
from helpdesk.web.agents.properties_form import PropertiesForm, seen_values
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _

bp = Blueprint("properties", __name__, url_prefix="/tickets/<number>/properties")


@bp.get("/edit")
def edit(number: str) -> Page:
    ticket = allowed_ticket(number, can_change)
    return _page(ticket, PropertiesForm(ticket))


@bp.post("")
def create(number: str) -> Page:
    ticket = allowed_ticket(number, can_change)
    form = PropertiesForm(ticket)
    if not form.validate_on_submit():
        return _page(ticket, form), 422
    edits = form.edits()
    try:
        with db.session.begin_nested():
            changed = operations.edit(ticket, by=g.agent, edits=edits)
    except operations.EditConflict as conflict:
        return show_conflict(ticket, form, edits, conflict), conflict.status
    except Unwelcome as refusal:
        return _page(ticket, form, alert=_(refusal.sentence)), refusal.status
    if changed:
        flash(_("Saved."))
    return back_to(ticket)


def _page(ticket: Ticket, form: PropertiesForm, *, alert: str = "") -> str:
    return render_template(
        "agents/properties/edit.html",
        ticket=ticket,
        form=form,
        seen=seen_values(ticket),
        draft=draft_in_request(),
        alert=alert,
    )
