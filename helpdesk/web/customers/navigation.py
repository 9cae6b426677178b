"""What customers see above every page."""

from dataclasses import replace

from flask import g, request, url_for

from helpdesk.web.customers.belonging import has_organization_pages, organization_name
from helpdesk.web.languages import gettext as _
from helpdesk.web.navigation import Item, Navigation, reader

ORGANIZATION_PAGES = ("customers.organization.", "customers.colleagues.", "customers.invitations.")


def navigation() -> Navigation:
    """Where a customer can go. Who came by a mailed link is not signed in: there is this one request."""
    home = url_for("customers.tickets.index")
    if g.by_link:
        return Navigation(home_url=request.path)
    pages = [Item(label=_("My requests"), url=home, is_current=request.path == home)]
    if has_organization_pages(g.customer):
        pages.append(
            Item(
                label=organization_name(),
                is_name=True,
                url=url_for("customers.organization.index"),
                is_current=(request.endpoint or "").startswith(ORGANIZATION_PAGES),
            )
        )
    me = replace(reader(g.customer), url=url_for("customers.profile.edit"))
    return Navigation(home_url=home, person=me, pages=pages)
