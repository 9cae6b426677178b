"""Deleting a role: first which one its people get instead, then the deed."""

from flask import Blueprint, flash, g, render_template
from flask_babel import lazy_gettext as lazy
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from helpdesk.accounts.models import Role
from helpdesk.accounts.operations.roles import delete_role
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.role_choices import roles_to_give
from helpdesk.web.admin.roles_list import role_or_404, roles_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.fresh_proof import ask_for_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("role_deletions", __name__, url_prefix=f"/roles/<{ROW_ID}:role_id>/deletion")
bp.before_request(needs(Permission.MANAGE_PEOPLE))
bp.before_request(ask_for_proof)


class DeletionForm(Form):
    """What its people get instead, and the name of the role that goes."""

    instead = SelectField(lazy("Its people get the role"))
    typed = TypedConfirmationField()


@bp.get("/new")
def new(role_id: int) -> Page:
    role = role_or_404(role_id)
    return _question(role, _form(role))


@bp.post("")
def create(role_id: int) -> Page:
    role = role_or_404(role_id)
    form, name = _form(role), role.name
    if not form.validate_on_submit():
        return _question(role, form), 422
    try:
        with db.session.begin_nested():
            delete_role(role, instead=db.session.get(Role, int(form.instead.data)), by=g.agent)
    except Unwelcome as refusal:
        form.typed.errors = [_(refusal.sentence)]
        return _question(role, form), refusal.status
    flash(_("%(name)s is no more.", name=name))
    return see_other("admin.roles.index")


def _form(role: Role) -> DeletionForm:
    form = DeletionForm()
    form.typed.expected = role.name
    form.instead.choices = [
        SelectChoice(str(role_id), name) for role_id, name in roles_to_give() if role_id != role.id
    ]
    return form


def _question(role: Role, form: DeletionForm) -> str:
    (column,) = (each for each in roles_list() if each.id == role.id)
    return render_template("admin/roles/delete.html", form=form, role=column)
