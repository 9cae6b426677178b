"""Letting everybody with a confirmed address in its domains join an organization: who that is, then the deed."""

from flask import Blueprint, flash, g, render_template

from helpdesk.accounts import queries
from helpdesk.accounts.models import Organization
from helpdesk.accounts.operations.memberships import could_join, let_join
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.organizations_list import (
    BY_NAME,
    PEOPLE_FOUND,
    counted,
    organization_or_404,
    organizations_list,
)
from helpdesk.web.admin.sharing_words import HINTS
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.languages import ngettext

bp = Blueprint("domain_joins", __name__, url_prefix=f"/organizations/<{ROW_ID}:organization_id>/joins")
bp.before_request(needs(Permission.MANAGE_PEOPLE))


class JoinForm(Form):
    """How many people join."""

    typed = TypedConfirmationField()


@bp.get("/new")
def new(organization_id: int) -> Page:
    organization = organization_or_404(organization_id)
    if not _count(organization):  # somebody let them in meanwhile, or the domain is gone
        return see_other("admin.organizations.edit", organization_id=organization_id, **list_state())
    return _question(organization, JoinForm())


@bp.post("")
def create(organization_id: int) -> Page:
    organization, form = organization_or_404(organization_id), JoinForm()
    form.typed.expected = _count(organization)
    if not form.validate_on_submit():
        return _question(organization, form), 422
    count = let_join(organization, by=g.agent)
    name = organization.name
    flash(ngettext("%(num)d person joined %(name)s.", "%(num)d people joined %(name)s.", count, name=name))
    return see_other("admin.organizations.edit", organization_id=organization_id, **list_state())


def _count(organization: Organization) -> int:
    count: int = counted(organization).joining
    return count


def _question(organization: Organization, form: JoinForm) -> str:
    form.typed.expected = count = _count(organization)
    people = queries.listed(queries.people().where(could_join(organization.domains)))
    return render_template(
        "admin/organizations/joins.html",
        organizations=organizations_list(),
        state=list_state(),
        organization=organization,
        form=form,
        count=count,
        counted=counted(organization),
        found=db.session.execute(people.order_by(*BY_NAME).limit(PEOPLE_FOUND)).all(),
        hint=HINTS[organization.sharing],
    )
