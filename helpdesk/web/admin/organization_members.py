"""Who belongs to an organization: added, made a manager or a member, taken out."""

from collections.abc import Callable

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from helpdesk.accounts import queries
from helpdesk.accounts.models import Organization, OrganizationRole, User
from helpdesk.accounts.operations.memberships import change_standing, join, leave
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.lines import one_line
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.organizations import OrganizationForm, show_organization
from helpdesk.web.admin.organizations_list import (
    BY_NAME,
    PEOPLE_FOUND,
    belongs,
    organization_or_404,
    organizations_list,
)
from helpdesk.web.admin.person import person_or_404
from helpdesk.web.admin.sharing_words import HINTS
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.answers import Page, local_path
from helpdesk.web.languages import gettext as _

bp = Blueprint(
    "organization_members", __name__, url_prefix=f"/organizations/<{ROW_ID}:organization_id>/members"
)
bp.before_request(needs(Permission.MANAGE_PEOPLE))


@bp.get("/new")
def new(organization_id: int) -> Page:
    organization = organization_or_404(organization_id)
    words = one_line(request.args.get("words", ""))
    return render_template(
        "admin/organizations/add.html",
        organizations=organizations_list(),
        state=list_state(),
        organization=organization,
        words=words,
        found=_found(organization, words) if words else [],
        hint=HINTS[organization.sharing],
    )


@bp.post("")
def create(organization_id: int) -> Page:
    organization = organization_or_404(organization_id)
    person = person_or_404(request.form.get("person", 0, type=int))
    role = _role()
    return _do(
        organization,
        lambda: join(person, organization=organization, role=role, by=g.agent),
        done=_("%(name)s belongs to %(organization)s now.", name=person.name, organization=organization.name),
    )


@bp.post(f"/<{ROW_ID}:person_id>")
def update(organization_id: int, person_id: int) -> Page:
    organization, person, role = organization_or_404(organization_id), person_or_404(person_id), _role()
    words = _("manager") if role is OrganizationRole.MANAGER else _("member")
    return _do(
        organization,
        lambda: change_standing(person, organization=organization, role=role, by=g.agent),
        done=_("%(name)s is a %(role)s now.", name=person.name, role=words),
    )


@bp.post(f"/<{ROW_ID}:person_id>/removal")
def destroy(organization_id: int, person_id: int) -> Page:
    organization, person = organization_or_404(organization_id), person_or_404(person_id)
    return _do(
        organization,
        lambda: leave(person, organization=organization, by=g.agent),
        done=_("%(name)s does not belong to it any more. Their requests stay theirs.", name=person.name),
    )


def _role() -> OrganizationRole:
    is_manager = request.form.get("role") == OrganizationRole.MANAGER
    return OrganizationRole.MANAGER if is_manager else OrganizationRole.MEMBER


def _do(organization: Organization, deed: Callable[[], object], *, done: str) -> Page:
    """Do it and go back to where it was asked for; refused, the organization's page says why."""
    try:
        with db.session.begin_nested():
            deed()
    except Unwelcome as refusal:
        form = OrganizationForm(
            formdata=None, name=organization.name, domains="\n".join(organization.domains)
        )
        return show_organization(organization, form, alert=_(refusal.sentence)), refusal.status
    flash(done)
    here = url_for("admin.organizations.edit", organization_id=organization.id, **list_state())
    return redirect(local_path(request.form.get("back"), here), code=303)


def _found(organization: Organization, words: str) -> list[object]:
    """Customers who could belong to it: those of no organization first."""
    candidates = queries.people().where(
        belongs(),
        User.is_active,
        ~User.is_staff,
        User.organization_id.is_distinct_from(organization.id),
    )
    rows = queries.listed(queries.matching(candidates, words))
    in_order = rows.order_by(User.organization_id.is_not(None), *BY_NAME)
    return list(db.session.execute(in_order.limit(PEOPLE_FOUND)))
