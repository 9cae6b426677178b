"""The pages about the organization: what is shared, and for managers who belongs to it."""

from typing import Any

from flask import g, url_for

from helpdesk.accounts.policy import can_manage_colleagues
from helpdesk.web.languages import gettext as _


def organization_tabs(current: str) -> list[dict[str, Any]]:
    """Those of the pages that the reader has; one alone needs no tabs."""
    pages = []
    if g.customer.shared_organization_id is not None:
        pages.append((_("Requests"), "customers.organization.index"))
    if can_manage_colleagues(g.customer):
        pages.append((_("Colleagues"), "customers.colleagues.index"))
    if len(pages) < 2:
        return []
    return [
        {"label": label, "url": url_for(endpoint), "is_current": endpoint == current}
        for label, endpoint in pages
    ]
