"""Taking a sign-in provider away: first who it lets in, then the deed."""

from flask import Blueprint, flash, g, render_template

from helpdesk.accounts.permissions import Permission
from helpdesk.identity.operations.providers import connected_people, remove_provider
from helpdesk.identity.providers import IdentityProvider
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.providers_list import provider_or_404, providers_list
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("provider_deletions", __name__, url_prefix=f"/providers/<{ROW_ID}:provider_id>/deletion")
bp.before_request(needs(Permission.MANAGE_DESK))
bp.before_request(needs(Permission.MANAGE_PEOPLE))  # it makes people


class DeletionForm(Form):
    """The name of the provider that goes."""

    typed = TypedConfirmationField()


@bp.get("/new")
@needs_fresh_proof
def new(provider_id: int) -> Page:
    return _question(provider_or_404(provider_id), DeletionForm())


@bp.post("")
@needs_fresh_proof
def create(provider_id: int) -> Page:
    provider, form = provider_or_404(provider_id), DeletionForm()
    form.typed.expected = name = provider.name
    if not form.validate_on_submit():
        return _question(provider, form), 422
    remove_provider(provider, by=g.agent)
    flash(_("“%(name)s” signs nobody in any more.", name=name))
    return see_other("admin.providers.index", **list_state())


def _question(provider: IdentityProvider, form: DeletionForm) -> str:
    form.typed.expected = provider.name
    return render_template(
        "admin/providers/delete.html",
        providers=providers_list(),
        state=list_state(),
        provider=provider,
        form=form,
        people=connected_people(provider),
    )
