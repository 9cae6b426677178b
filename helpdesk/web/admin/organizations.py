"""Organizations: all of them with their people and open tickets, made and changed."""

from collections.abc import Callable

from flask import Blueprint, flash, g, render_template, url_for
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.domains import BadDomain
from helpdesk.accounts.models import Organization, Sharing
from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.accounts.operations.organizations import change_organization, create_organization
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.organizations_list import (
    counted,
    members,
    organization_or_404,
    organizations_list,
)
from helpdesk.web.admin.sharing_words import HINTS, NAMES
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.answers import Page, see_other
from helpdesk.web.forms import CreatingForm, Form
from helpdesk.web.languages import gettext as _

bp = Blueprint("organizations", __name__, url_prefix="/organizations")
bp.before_request(needs(Permission.MANAGE_PEOPLE))

LONGEST_DOMAINS = 10_000


class _OrganizationFields:
    """What an organization is."""

    name = StringField(lazy("Name"), [DataRequired(lazy("Give it a name.")), Length(max=LONGEST_NAME)])
    domains = TextAreaField(lazy("Domains"), [Length(max=LONGEST_DOMAINS)], render_kw={"rows": 2})


class OrganizationForm(_OrganizationFields, Form):
    """One that is there."""


class NewOrganizationForm(_OrganizationFields, CreatingForm):
    """One that is made: nobody is in it yet, so what it shares concerns nobody yet."""

    sharing = RadioField(
        lazy("Sharing"), choices=[SelectChoice(*each) for each in NAMES.items()], default=Sharing.NONE.value
    )


@bp.get("")
def index() -> Page:
    return render_template(
        "admin/organizations/index.html", organizations=organizations_list(), state=list_state()
    )


@bp.get("/new")
def new() -> Page:
    return _new(NewOrganizationForm())


@bp.post("")
def create() -> Page:
    form = NewOrganizationForm()
    if not form.validate_on_submit():
        return _new(form), 422
    try:
        with db.session.begin_nested():
            return form.once(lambda: _create(form))
    except Unwelcome as refusal:
        _say_beside(form, refusal)
        return _new(form), 422


@bp.get(f"/<{ROW_ID}:organization_id>")
def edit(organization_id: int) -> Page:
    organization = organization_or_404(organization_id)
    return show_organization(
        organization, OrganizationForm(name=organization.name, domains="\n".join(organization.domains))
    )


@bp.post(f"/<{ROW_ID}:organization_id>")
def update(organization_id: int) -> Page:
    organization, form = organization_or_404(organization_id), OrganizationForm()
    if not form.validate_on_submit() or not _is_accepted(form, lambda: _update(organization, form)):
        return show_organization(organization, form), 422
    flash(_("Saved."))
    return see_other("admin.organizations.edit", organization_id=organization_id, **list_state())


def show_organization(organization: Organization, form: OrganizationForm, *, alert: str = "") -> str:
    """The list with one of them beside it; `alert` says why a deed was refused."""
    return render_template(
        "admin/organizations/edit.html",
        organizations=organizations_list(),
        state=list_state(),
        organization=organization,
        form=form,
        members=members(organization),
        counted=counted(organization),
        sharing_words=(NAMES[organization.sharing], HINTS[organization.sharing]),
        alert=alert,
    )


def _create(form: NewOrganizationForm) -> str:
    made = create_organization(
        name=form.name.data,
        domains=_domains(form),
        sharing=Sharing(form.sharing.data),
        by=g.agent,
    )
    flash(_("%(name)s is here. Add its people, or let them join by their address.", name=made.name))
    return url_for("admin.organizations.edit", organization_id=made.id)


def _update(organization: Organization, form: OrganizationForm) -> None:
    change_organization(organization, name=form.name.data, domains=_domains(form), by=g.agent)


def _domains(form: OrganizationForm | NewOrganizationForm) -> list[str]:
    """People write them in lines, with commas or with spaces."""
    return (form.domains.data or "").replace(",", " ").replace(";", " ").split()


def _is_accepted(form: OrganizationForm, deed: Callable[[], object]) -> bool:
    """Whether it was done; if not, the form says why beside what is wrong."""
    try:
        with db.session.begin_nested():
            deed()
    except Unwelcome as refusal:
        _say_beside(form, refusal)
        return False
    return True


def _say_beside(form: OrganizationForm | NewOrganizationForm, refusal: Unwelcome) -> None:
    field = form.domains if isinstance(refusal, BadDomain) else form.name
    field.errors = [_(refusal.sentence)]


def _new(form: NewOrganizationForm) -> str:
    return render_template(
        "admin/organizations/new.html",
        organizations=organizations_list(),
        state=list_state(),
        form=form,
        hints=HINTS,
    )
