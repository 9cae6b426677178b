"""For managers: who belongs to the organization, and who is asked to."""

from flask import Blueprint, abort, g, render_template, request

from helpdesk.accounts.policy import can_manage_colleagues
from helpdesk.core.pagination import BadMark
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.belonging import organization_name
from helpdesk.web.customers.colleague_list import colleague_list
from helpdesk.web.customers.forms import ColleagueForm
from helpdesk.web.customers.organization_tabs import organization_tabs

bp = Blueprint("colleagues", __name__, url_prefix="/colleagues")


@bp.before_request
def let_managers_in() -> None:
    """For everybody else there is no such page."""
    if not can_manage_colleagues(g.customer):
        abort(404)


@bp.get("")
def index() -> Page:
    try:
        return colleagues_page()
    except BadMark:
        kept = {name: request.args.get(name) for name in ("sort", "q")}
        return see_other("customers.colleagues.index", **kept)


def colleagues_page(form: ColleagueForm | None = None) -> str:
    """The list, and beside it the form for asking one more in; `form` holds one that was refused. Raises BadMark."""
    return render_template(
        "customers/colleagues/index.html",
        listed=colleague_list(),
        form=form or ColleagueForm(formdata=None),
        organization=organization_name(),
        is_shared=g.customer.shared_organization_id is not None,
        tabs=organization_tabs("customers.colleagues.index"),
    )
