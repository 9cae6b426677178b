"""/open/all: who came by the link of one request and wants to see all of theirs proves by mail who they are."""

from flask import Blueprint, render_template, request

from helpdesk.core.db import db
from helpdesk.identity import jobs
from helpdesk.web import doorway, link_holders
from helpdesk.web.answers import Page, see_other
from helpdesk.web.link_holders import Holder
from helpdesk.web.public.forms import ButtonForm
from helpdesk.web.public.letters import ask, look_into_your_mailbox

bp = Blueprint("all_requests", __name__, url_prefix="/open/all")


@bp.get("")
def new() -> Page:
    if doorway.person() is not None:
        return see_other("customers.tickets.index")
    if _holder() is None:
        return see_other("public.magic_links.new")
    return render_template("public/ticket_keys/all.html", form=ButtonForm(), number=_number())


@bp.post("")
def create() -> Page:
    holder = _holder()
    if holder is None:
        return see_other("public.magic_links.new")
    email = holder.address.email
    db.session.rollback()  # tries are counted on a connection of their own
    ask(jobs.request_magic_link, email=email)
    return see_other("public.all_requests.show")


@bp.get("/sent")
def show() -> Page:
    return look_into_your_mailbox(is_named=False)


def _number() -> str:
    """Whose link it is: that of the request one comes from, else of the one opened last."""
    asked = request.values.get("number", "").strip().upper()
    held = link_holders.keys_held()
    return asked if asked in held else next(reversed(held), "")


def _holder() -> Holder | None:
    key = link_holders.keys_held().get(_number())
    return link_holders.holder_of(key) if key else None
