"""Roles and permissions: what each role may do, in words; roles of one's own made, copied and changed."""

from collections.abc import Callable

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.models import Role
from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.accounts.operations.naming import LONGEST_DESCRIPTION
from helpdesk.accounts.operations.roles import create_role, demand_second_factor, edit_role
from helpdesk.accounts.permissions import SIGHT, Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.role_words import MEANINGS, SIGHT_WORDS
from helpdesk.web.admin.roles_list import permitted_by, role_or_404, roles_list, sight_of
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import ChecksField
from helpdesk.web.forms import CreatingForm
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("roles", __name__, url_prefix="/roles")
bp.before_request(needs(Permission.MANAGE_PEOPLE))

TICKED = tuple(each for each in MEANINGS if each not in SIGHT[-1])
"""What a role permits beside what it shows."""


class RoleForm(CreatingForm):
    """What a role is called, what it shows, and what else it permits."""

    name = StringField(lazy("Name"), [DataRequired(lazy("Give it a name.")), Length(max=LONGEST_NAME)])
    description = TextAreaField(lazy("Description"), [Length(max=LONGEST_DESCRIPTION)], render_kw={"rows": 2})
    sight = RadioField(lazy("Which tickets they see"), coerce=int, default=1)
    permissions = ChecksField(lazy("What they may do"), coerce=Permission)
    needs_second_factor = BooleanField(lazy("Needs a second factor"))

    def offer(self) -> "RoleForm":
        """Put in what whoever reads the form may give: nobody gives more than they have."""
        self.sight.choices = [
            (step, words)
            for step, (words, _meaning) in enumerate(SIGHT_WORDS)
            if all(map(g.agent.may, SIGHT[step]))
        ]
        self.permissions.choices = [(each, MEANINGS[each][0]) for each in TICKED if g.agent.may(each)]
        return self

    @property
    def permits(self) -> frozenset[Permission]:
        seen: frozenset[Permission] = SIGHT[self.sight.data]
        return seen | frozenset(self.permissions.data)


class SecondFactorForm(CreatingForm):
    """All that can be changed of a built-in role."""

    needs_second_factor = BooleanField(lazy("Needs a second factor"))


@bp.get("")
def index() -> Page:
    roles = roles_list()
    rows = [
        (name, meaning, [permission in role.permissions for role in roles])
        for permission, (name, meaning) in MEANINGS.items()
    ]
    return render_template("admin/roles/index.html", roles=roles, rows=rows)


@bp.get("/new")
@needs_fresh_proof
def new() -> Page:
    """`from` is the id of a role to copy: what of it the reader may give is ticked already."""
    form = RoleForm().offer()
    copied = request.args.get("from", type=int)
    if copied is not None:
        role = role_or_404(copied)
        form = _filled(role, name=_("Copy of %(name)s", name=role.name)[:LONGEST_NAME])
    return _new(form)


@bp.post("")
@needs_fresh_proof
def create() -> Page:
    form = RoleForm().offer()
    if not form.validate_on_submit():
        return _new(form), 422
    if refusal := _refusal(lambda: form.once(lambda: _create(form)), form):
        return _new(form), refusal
    return see_other("admin.roles.index")


@bp.get(f"/<{ROW_ID}:role_id>")
@needs_fresh_proof
def edit(role_id: int) -> Page:
    role = role_or_404(role_id)
    if role.is_built_in:
        return _edit(role, SecondFactorForm(needs_second_factor=role.needs_second_factor))
    return _edit(role, _filled(role, name=role.name))


@bp.post(f"/<{ROW_ID}:role_id>")
@needs_fresh_proof
def update(role_id: int) -> Page:
    role = role_or_404(role_id)
    form = SecondFactorForm() if role.is_built_in else RoleForm().offer()
    if not form.validate_on_submit():
        return _edit(role, form), 422
    if refusal := _refusal(lambda: _update(role, form), form):
        return _edit(role, form), refusal
    flash(_("Saved."))
    return see_other("admin.roles.edit", role_id=role_id)


def _create(form: RoleForm) -> str:
    create_role(
        name=form.name.data,
        description=form.description.data or "",
        permissions=form.permits,
        needs_second_factor=form.needs_second_factor.data,
        by=g.agent,
    )
    flash(_("The role is ready: give it to somebody on the page of the person."))
    return url_for("admin.roles.index")


def _update(role: Role, form: RoleForm | SecondFactorForm) -> None:
    if not isinstance(form, RoleForm):
        demand_second_factor(role, is_needed=form.needs_second_factor.data, by=g.agent)
        return
    edit_role(
        role,
        name=form.name.data,
        description=form.description.data or "",
        permissions=form.permits,
        needs_second_factor=form.needs_second_factor.data,
        by=g.agent,
    )


def _refusal(deed: Callable[[], object], form: RoleForm | SecondFactorForm) -> int | None:
    """The status of what was not done; the form says beside its first field why."""
    try:
        with db.session.begin_nested():
            deed()
    except Unwelcome as refusal:
        field = form.name if isinstance(form, RoleForm) else form.needs_second_factor
        field.errors = [_(refusal.sentence)]
        return refusal.status
    return None


def _filled(role: Role, *, name: str) -> RoleForm:
    permits = permitted_by(role)
    form = RoleForm(
        name=name,
        description=role.description,
        sight=sight_of(permits),
        permissions=[each for each in TICKED if each in permits],
        needs_second_factor=role.needs_second_factor,
    ).offer()
    offered = [step for step, _words in form.sight.choices]
    form.sight.data = min(form.sight.data, max(offered))
    return form


def _new(form: RoleForm) -> str:
    return render_template("admin/roles/new.html", form=form, **_hints())


def _edit(role: Role, form: RoleForm | SecondFactorForm) -> str:
    (column,) = (each for each in roles_list() if each.id == role.id)
    return render_template("admin/roles/edit.html", form=form, role=column, **_hints())


def _hints() -> dict[str, object]:
    """What more there is to say about each choice."""
    return {
        "meanings": {each.value: meaning for each, (_name, meaning) in MEANINGS.items()},
        "steps": {str(step): meaning for step, (_name, meaning) in enumerate(SIGHT_WORDS)},
    }
