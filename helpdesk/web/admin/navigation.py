"""What administrators see beside every page."""

from flask import g, request, url_for

from helpdesk.accounts.permissions import Permission
from helpdesk.web.languages import gettext as _
from helpdesk.web.navigation import Item, Navigation, reader


def navigation() -> Navigation:
    """The pages this person's role opens."""
    pages = [
        (Permission.MANAGE_PEOPLE, _("People"), "admin.people.index", "users"),
        (Permission.READ_AUDIT, _("Audit trail"), "admin.audit.index", "history"),
        (Permission.MANAGE_DESK, _("Outbox"), "admin.outbox.index", "mail"),
        (Permission.MANAGE_DESK, _("Jobs"), "admin.jobs.index", "refresh"),
    ]
    return Navigation(
        home_url=url_for("agents.queues.show", slug="unassigned"),
        person=reader(g.agent),
        pages=[
            Item(label=label, url=url_for(endpoint), icon=icon, is_current=request.endpoint == endpoint)
            for permission, label, endpoint, icon in pages
            if g.agent.may(permission)
        ],
    )
