"""What administrators see beside every page."""

from flask import g, request, url_for

from helpdesk.accounts.permissions import Permission
from helpdesk.web.languages import gettext as _
from helpdesk.web.navigation import Item, Navigation, reader


def navigation() -> Navigation:
    """The way back to the tickets, and the pages this person's role opens."""
    tickets = url_for("agents.queues.show", slug="unassigned")
    return Navigation(
        home_url=tickets,
        person=reader(g.agent),
        queues=[Item(label=_("Tickets"), url=tickets, icon="arrow-left"), *pages()],
    )


def pages() -> list[Item]:
    """Those of the administration that this person's role opens."""
    known = [
        (Permission.MANAGE_PEOPLE, _("People"), "admin.people.index", "users"),
        (Permission.READ_AUDIT, _("Audit trail"), "admin.audit.index", "history"),
        (Permission.MANAGE_DESK, _("Outbox"), "admin.outbox.index", "mail"),
        (Permission.MANAGE_DESK, _("Jobs"), "admin.jobs.index", "refresh"),
    ]
    return [
        Item(label=label, url=url_for(endpoint), icon=icon, is_current=_is_below(url_for(endpoint)))
        for permission, label, endpoint, icon in known
        if g.agent.may(permission)
    ]


def _is_below(url: str) -> bool:
    return request.path == url or request.path.startswith(f"{url}/")
