"""Dissolving an organization: first what becomes of its people and tickets, then the deed."""

from flask import Blueprint, flash, g, render_template

from helpdesk.accounts.models import Organization
from helpdesk.accounts.operations.organizations import dissolve_organization
from helpdesk.accounts.permissions import Permission
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.organizations_list import counted, organization_or_404, organizations_list
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _

bp = Blueprint(
    "organization_deletions", __name__, url_prefix=f"/organizations/<{ROW_ID}:organization_id>/deletion"
)
bp.before_request(needs(Permission.MANAGE_PEOPLE))


class DeletionForm(Form):
    """The name of the organization that goes."""

    typed = TypedConfirmationField()


@bp.get("/new")
def new(organization_id: int) -> Page:
    return _question(organization_or_404(organization_id), DeletionForm())


@bp.post("")
def create(organization_id: int) -> Page:
    organization, form = organization_or_404(organization_id), DeletionForm()
    form.typed.expected = name = organization.name
    if not form.validate_on_submit():
        return _question(organization, form), 422
    dissolve_organization(organization, by=g.agent)
    flash(_("%(name)s is no more. Its people and tickets are all here.", name=name))
    return see_other("admin.organizations.index", **list_state())


def _question(organization: Organization, form: DeletionForm) -> str:
    form.typed.expected = organization.name
    return render_template(
        "admin/organizations/delete.html",
        organizations=organizations_list(),
        state=list_state(),
        organization=organization,
        form=form,
        counted=counted(organization),
    )
