"""/open: a mailed link opens one request without signing in; one that works no longer can be had anew.

The link's secret leaves the address bar at once: every page here has an address without it.
"""

from flask import Blueprint, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.audit.access import note_access
from helpdesk.audit.models import AccessKind
from helpdesk.background.jobs import enqueue
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.core.tokens import digest
from helpdesk.identity.limits import claim_mail
from helpdesk.tickets import jobs
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations.keys import known_by
from helpdesk.tickets.queries import tickets_for
from helpdesk.web import doorway, link_holders
from helpdesk.web.answers import Page, see_other
from helpdesk.web.link_holders import OPENED, Holder
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.forms import ButtonForm
from helpdesk.web.public.letters import look_into_your_mailbox

bp = Blueprint("ticket_keys", __name__, url_prefix="/open")


@bp.get("/<token>")
def take(token: str) -> Page:
    """What follows changes nothing but this browser's own cookie: mail programs that look ahead do no harm."""
    key = digest(token)
    holder = link_holders.holder_of(key)
    answer = _opened(key, holder) if holder else None
    if answer is None:
        session[OPENED] = key
        return see_other("public.ticket_keys.show")
    return answer


@bp.get("")
def show() -> Page:
    """Why the link did not simply open: it has ended, or somebody else is signed in here."""
    holder = link_holders.holder_of(session.get(OPENED, ""))
    doorway.desk()
    form = ButtonForm()
    person = doorway.person()
    if holder is None or person is None or person.id == holder.person.id:
        return render_template("public/ticket_keys/ended.html", form=form), 410
    return render_template("public/ticket_keys/other.html", form=form)


@bp.post("")
def create() -> Page:
    """Sign out here, then open it."""
    key = session.get(OPENED, "")
    holder = link_holders.holder_of(key)
    doorway.let_out()
    answer = _opened(key, holder) if holder else None
    return answer or see_other("public.sign_in.new")


@bp.post("/renewal")
def renew() -> Page:
    """Mail a new link to whom the old one went, whoever asks; the answer is the same for every text."""
    key = session.get(OPENED, "")
    with acting_as(db.session(), DatabaseRole.AUTH):
        found = db.session.execute(known_by(key)).one_or_none()
        to, key_id = (found.EmailAddress.email, found.TicketKey.id) if found else (key, None)
    db.session.rollback()  # tries are counted on a connection of their own
    with deed():
        if claim_mail(to) and key_id is not None:
            enqueue(jobs.renew_key, key_id=key_id)
    return see_other("public.ticket_keys.sent")


@bp.get("/sent")
def sent() -> Page:
    return look_into_your_mailbox(is_named=False)


def _opened(key: str, holder: Holder) -> Response | None:
    """The way to the ticket; None where it may no longer be seen, or somebody else is signed in."""
    person = doorway.person()
    if person is not None:
        return _own(person, holder)
    link_holders.enter(holder)
    ticket = link_holders.ticket_behind(holder)
    if ticket is None:
        return None
    note_access(AccessKind.LINK_OPENED, person_id=holder.person.id, ticket_id=ticket.id)
    link_holders.hold(key, number=ticket.ticket_number)
    return _to(ticket)


def _own(person: User, holder: Holder) -> Response | None:
    if person.id != holder.person.id:
        return None
    ticket = db.session.scalar(tickets_for(person).where(Ticket.id == holder.ticket_id))
    return _to(ticket) if ticket else None


def _to(ticket: Ticket) -> Response:
    return redirect(url_for("customers.tickets.show", number=ticket.ticket_number), code=303)
