"""/login/link: customers sign in without a password, by a button behind a mailed link."""

from flask import Blueprint, render_template, request

from helpdesk.identity import jobs
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.signing_in import sign_in_by_link
from helpdesk.web.answers import Page, see_other
from helpdesk.web.public.arrivals import arrive
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.forms import AddressForm, LinkForm
from helpdesk.web.public.letters import ask_and_remember, look_into_your_mailbox
from helpdesk.web.public.links import behind

bp = Blueprint("magic_links", __name__, url_prefix="/login/link")


@bp.get("")
def new() -> Page:
    return render_template("public/magic_links/new.html", form=AddressForm())


@bp.post("")
def create() -> Page:
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("public/magic_links/new.html", form=form), 422
    ask_and_remember(jobs.request_magic_link, email=form.email.data)
    return see_other("public.magic_links.show")


@bp.get("/sent")
def show() -> Page:
    return look_into_your_mailbox()


@bp.get("/<token>")
def edit(token: str) -> Page:
    link = behind(token, TokenPurpose.MAGIC_LINK)
    email = link.address.email if link.address else ""
    return render_template("public/magic_links/edit.html", form=LinkForm(), email=email)


@bp.post("/<token>")
def update(token: str) -> Page:
    form = LinkForm()
    stays = bool(form.stays.data)
    with deed():
        signed_in = sign_in_by_link(token, stays=stays, user_agent=request.user_agent.string)
    return arrive(signed_in, stays=stays)
