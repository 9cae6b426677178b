"""Sign-in providers (OpenID Connect): listed, added, tried, changed, switched off."""

from collections.abc import Callable

from flask import Blueprint, flash, g, render_template, url_for

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.identity.operations.providers import (
    add_provider,
    change_provider,
    connected_people,
    try_provider,
)
from helpdesk.identity.providers import IdentityProvider
from helpdesk.mail.links import base_url
from helpdesk.web import doorway
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.provider_forms import ProviderForm, filled
from helpdesk.web.admin.providers_list import provider_or_404, providers_list
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.answers import Page, see_other
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("providers", __name__, url_prefix="/providers")
bp.before_request(needs(Permission.MANAGE_DESK))
bp.before_request(needs(Permission.MANAGE_PEOPLE))  # it makes people


@bp.get("")
def index() -> Page:
    return render_template("admin/providers/index.html", providers=providers_list(), state=list_state())


@bp.get("/new")
@needs_fresh_proof
def new() -> Page:
    return _new(ProviderForm())


@bp.post("")
@needs_fresh_proof
def create() -> Page:
    form = ProviderForm()
    if not form.validate_on_submit():
        return _new(form), 422
    if form.look.data:
        return _new(form, said=_tried(form)), 200 if not form.errors else 422
    if not _is_accepted(form, lambda: form.once(lambda: _create(form))):
        return _new(form), 422
    return see_other("admin.providers.index", **list_state())


@bp.get(f"/<{ROW_ID}:provider_id>")
@needs_fresh_proof
def edit(provider_id: int) -> Page:
    provider = provider_or_404(provider_id)
    return _edit(provider, filled(provider))


@bp.post(f"/<{ROW_ID}:provider_id>")
@needs_fresh_proof
def update(provider_id: int) -> Page:
    provider, form = provider_or_404(provider_id), ProviderForm()
    if not form.validate_on_submit():
        return _edit(provider, form), 422
    if form.look.data:
        return _edit(provider, form, said=_tried(form)), 200 if not form.errors else 422
    if not _is_accepted(form, lambda: change_provider(provider, form.settings(), by=g.agent)):
        return _edit(provider, form), 422
    flash(_("Saved."))
    return see_other("admin.providers.edit", provider_id=provider_id, **list_state())


def _create(form: ProviderForm) -> str:
    provider = add_provider(form.settings(), by=g.agent)
    flash(_("Register the address shown here at the provider. The button is on the page of signing in."))
    return url_for("admin.providers.edit", provider_id=provider.id)


def _tried(form: ProviderForm) -> str:
    """What became of asking it what it says about itself; nothing is saved by that."""
    if not _is_accepted(form, lambda: try_provider(form.issuer.data or "")):
        return ""
    return _("It answers and calls itself so. Nothing is saved yet.")


def _is_accepted(form: ProviderForm, deed: Callable[[], object]) -> bool:
    """Whether it was done; if not, the form says at the field why."""
    try:
        with db.session.begin_nested():
            deed()
    except Unwelcome as refusal:
        named = {"role_names": "roles"}.get(getattr(refusal, "field", ""), getattr(refusal, "field", "name"))
        form[named].errors = [_(refusal.sentence)]
        return False
    return True


def _new(form: ProviderForm, *, said: str = "") -> str:
    return render_template(
        "admin/providers/new.html", providers=providers_list(), state=list_state(), form=form, said=said
    )


def _edit(provider: IdentityProvider, form: ProviderForm, *, said: str = "") -> str:
    way_back = base_url(doorway.desk()) + url_for("public.providers.show", provider_id=provider.id)
    return render_template(
        "admin/providers/edit.html",
        providers=providers_list(),
        state=list_state(),
        form=form,
        provider=provider,
        people=connected_people(provider),
        way_back=way_back,
        said=said,
    )
