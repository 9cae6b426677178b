"""/ask: somebody without an account asks; nobody reads it before the address is confirmed."""

from flask import Blueprint, flash, redirect, render_template, url_for

from helpdesk.background.jobs import enqueue
from helpdesk.core.errors import Unwelcome
from helpdesk.identity.limits import claim_guest_request
from helpdesk.tickets import jobs
from helpdesk.tickets.operations.guest_requests import MOST_BYTES, keep_request
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, see_other
from helpdesk.web.forms import uploads_in
from helpdesk.web.languages import gettext as _
from helpdesk.web.limits import Limits, limits
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.guest_forms import GuestRequestForm
from helpdesk.web.public.letters import look_into_your_mailbox, remember

bp = Blueprint("guest_requests", __name__, url_prefix="/ask")


@bp.before_request
def let_guests_in() -> Page | None:
    """Who has an account asks there; some desks take no guests."""
    person = doorway.person()
    if person is not None:
        return redirect(
            guards.home_of(person) if person.is_staff else url_for("customers.tickets.new"), code=303
        )
    if not doorway.desk_of_strangers().allows_guests:
        flash(_("To ask us something you need an account."))
        return see_other("public.sign_in.new")
    return None


@bp.get("")
def new() -> Page:
    return _page(GuestRequestForm())


@bp.post("")
def create() -> Page:
    form = GuestRequestForm()
    if not form.validate_on_submit():
        return _page(form), 422
    if form.is_by_a_machine:
        return _sent(form)
    try:
        with deed():
            is_welcome = claim_guest_request(form.email.data)
            form.once(lambda: _keep(form, is_welcome=is_welcome))
    except Unwelcome as refusal:
        form.tell(refusal)
        return _page(form, refusal=refusal), refusal.status
    return _sent(form)


@bp.get("/sent")
def show() -> Page:
    return look_into_your_mailbox(
        _(
            "If %(email)s can get mail from us, a link is on its way. Your request reaches us when you follow it."
        ),
    )


def _keep(form: GuestRequestForm, *, is_welcome: bool) -> str:
    """Kept for every address alike; whom it is mailed to the worker finds out."""
    if is_welcome:
        kept = keep_request(
            email=form.email.data,
            full_name=form.full_name.data or "",
            title=form.title.data,
            content=form.content.data,
            uploads=uploads_in(form.files),
        )
        enqueue(jobs.ask_to_confirm, guest_request_id=kept.id)
    return url_for("public.guest_requests.show")


def _sent(form: GuestRequestForm) -> Page:
    remember(form.email.data)
    return see_other("public.guest_requests.show")


def _page(form: GuestRequestForm, *, refusal: Unwelcome | None = None) -> str:
    most = min(limits().bytes, MOST_BYTES)
    return render_template(
        "public/guest_requests/new.html",
        form=form,
        refusal=refusal,
        limits=Limits(files=limits().files, bytes=most),
        answer_within=doorway.desk().answer_within_hours,
    )
