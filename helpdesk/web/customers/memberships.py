"""Answering the invitation of an organization: joining it, or not."""

from flask import Blueprint, flash, g
from wtforms import IntegerField
from wtforms.validators import InputRequired

from helpdesk.accounts.operations.answering_invitations import decline, join
from helpdesk.core.errors import Unwelcome
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.deeds import deed
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _

bp = Blueprint("memberships", __name__, url_prefix="/membership")


class AnswerForm(Form):
    """Which invitation it is that is answered: another one may have come meanwhile."""

    organization = IntegerField(validators=[InputRequired()])


@bp.post("")
def create() -> Page:
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with deed():
                join(g.customer, organization_id=form.organization.data)
        except Unwelcome as refusal:
            flash(_(refusal.sentence), "error")
        else:
            flash(
                _(
                    "You have joined. What your colleagues share with you stands under the organization’s name."
                )
            )
    return see_other("customers.tickets.index")


@bp.post("/refusal")
def refuse() -> Page:
    form = AnswerForm()
    if form.validate_on_submit():
        with deed():
            decline(g.customer, organization_id=form.organization.data)
        flash(_("You have not joined. Your requests stay your own."))
    return see_other("customers.tickets.index")
