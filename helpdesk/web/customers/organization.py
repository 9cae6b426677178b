"""The requests of the organization, as far as it shares them with the reader."""

from flask import Blueprint, abort, g, render_template, request
from sqlalchemy import Select

from helpdesk.accounts.models import User
from helpdesk.core.pagination import BadMark
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import tickets_for
from helpdesk.tickets.requests import shared_requests
from helpdesk.web.answers import Page, see_other
from helpdesk.web.customers.belonging import has_organization_pages, organization_name
from helpdesk.web.customers.organization_tabs import organization_tabs
from helpdesk.web.customers.request_lists import request_list

bp = Blueprint("organization", __name__, url_prefix="/organization")


@bp.get("")
def index() -> Page:
    """Only those who see more than their own have this page; where nothing is shared, managers are led on."""
    if not has_organization_pages(g.customer):
        abort(404)
    if g.customer.shared_organization_id is None:
        return see_other("customers.colleagues.index")
    try:
        listed = request_list(_shared, "customers.organization.index")
    except BadMark:
        kept = {name: request.args.get(name) for name in ("show", "sort", "q")}
        return see_other("customers.organization.index", **kept)
    return render_template(
        "customers/organization/index.html",
        listed=listed,
        organization=organization_name(),
        tabs=organization_tabs("customers.organization.index"),
    )


def _shared(reader: User) -> Select[Ticket]:
    return shared_requests(tickets_for(reader), reader)
