"""Mailboxes: all of them with how they are, made, and each with the steps until mail flows."""

from flask import Blueprint, flash, g, render_template, request, url_for

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.mail.links import base_url
from helpdesk.mail.models import Mailbox
from helpdesk.mail.operations.mailboxes import Identity, change_mailbox, create_mailbox, is_used, make_default
from helpdesk.web import doorway
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.mailbox_forms import NO_TEAM, IdentityForm, NewMailboxForm, shown
from helpdesk.web.admin.mailbox_health import health_of
from helpdesk.web.admin.mailbox_providers import PROVIDERS
from helpdesk.web.admin.mailboxes_list import mailbox_or_404, mailboxes_list, state_of_mailbox
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("mailboxes", __name__, url_prefix="/mailboxes")
bp.before_request(needs(Permission.MANAGE_DESK))


@bp.get("")
def index() -> Page:
    return render_template("admin/mailboxes/index.html", mailboxes=mailboxes_list(), health_of=health_of)


@bp.get("/new")
def new() -> Page:
    asked = request.args.get("provider", "")
    return _new(NewMailboxForm(provider=asked) if asked in PROVIDERS else NewMailboxForm())


@bp.post("")
def create() -> Page:
    form = NewMailboxForm()
    answers: list[Page] = []
    if not form.is_accepted(lambda: answers.append(form.once(lambda: _create(form)))):
        return _new(form), 422
    return answers[0]


@bp.get(f"/<{ROW_ID}:mailbox_id>")
def show(mailbox_id: int) -> Page:
    return show_mailbox(mailbox_or_404(mailbox_id))


@bp.get(f"/<{ROW_ID}:mailbox_id>/edit")
def edit(mailbox_id: int) -> Page:
    mailbox = mailbox_or_404(mailbox_id)
    known = shown(IdentityForm, mailbox)
    known |= {"aliases": "\n".join(mailbox.aliases), "team": str(mailbox.team_id or NO_TEAM)}
    return _edit(mailbox, IdentityForm(data=known).offering_teams())


@bp.post(f"/<{ROW_ID}:mailbox_id>")
def update(mailbox_id: int) -> Page:
    mailbox, form = mailbox_or_404(mailbox_id), IdentityForm().offering_teams()
    if not form.is_accepted(lambda: change_mailbox(mailbox, form.identity(), by=g.agent)):
        return _edit(mailbox, form), 422
    flash(_("Saved."))
    return see_other("admin.mailboxes.show", mailbox_id=mailbox_id)


@bp.post(f"/<{ROW_ID}:mailbox_id>/default")
def prefer(mailbox_id: int) -> Page:
    """It sends what no other mailbox is for."""
    mailbox = mailbox_or_404(mailbox_id)
    try:
        make_default(mailbox, by=g.agent)
        flash(_("Letters that are about no ticket leave from here now."))
    except Unwelcome as refusal:
        flash(_(refusal.sentence), "error")
    return see_other("admin.mailboxes.show", mailbox_id=mailbox_id)


def show_mailbox(mailbox: Mailbox, **more: object) -> str:
    """The page of a mailbox; `more` is what has just been learnt, and is shown this once."""
    return render_template(
        "admin/mailboxes/show.html",
        mailbox=mailbox,
        healths=health_of(state_of_mailbox(mailbox)),
        used=is_used(mailbox),
        door_url=base_url(doorway.desk()) + f"/mail/{mailbox.address_key}",
        **more,
    )


def _create(form: NewMailboxForm) -> str:
    mailbox = create_mailbox(Identity(name=form.name.data, address=form.address.data), by=g.agent)
    PROVIDERS[form.provider.data].apply(mailbox)
    db.session.flush()
    flash(_("The mailbox is there. Nothing is fetched or sent before it is connected and switched on."))
    if form.provider.data in ("pipe", "http"):
        return url_for("admin.mailboxes.show", mailbox_id=mailbox.id)
    return url_for("admin.mailbox_servers.edit_incoming", mailbox_id=mailbox.id)


def _new(form: NewMailboxForm) -> str:
    return render_template("admin/mailboxes/new.html", form=form, providers=PROVIDERS)


def _edit(mailbox: Mailbox, form: IdentityForm) -> str:
    return render_template("admin/mailboxes/edit.html", mailbox=mailbox, form=form)
