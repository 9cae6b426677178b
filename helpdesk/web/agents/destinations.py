"""Every page somebody can go to by its name: queues, lists, their own settings, and what their role opens."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, url_for

from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.policy import can_open
from helpdesk.web.agents.navigation import QUEUE_NAMES
from helpdesk.web.languages import gettext as _
from helpdesk.web.navigation import desk_pages


@dataclass(frozen=True, slots=True)
class Destination:
    """A page and what it is called."""

    name: str
    url: str


def destinations() -> Sequence[Destination]:
    """Costs no statement."""
    queues = [
        Destination(str(name), url_for("agents.queues.show", slug=slug))
        for slug, (name, _icon) in QUEUE_NAMES.items()
    ]
    pages = [
        Destination(_("People"), url_for("agents.people.index")),
        Destination(_("Organizations"), url_for("agents.organizations.index")),
        Destination(_("Preferences"), url_for("agents.preferences.edit")),
        Destination(_("Keyboard shortcuts"), url_for("agents.shortcuts.edit")),
    ]
    if can_open(g.agent):
        pages.insert(0, Destination(_("New ticket"), url_for("agents.tickets.new")))
    if g.agent.may(Permission.SEE_EVERY_TICKET):
        pages.append(Destination(_("Statistics"), url_for("agents.statistics.show")))
    if g.agent.may(Permission.DELETE_TICKETS):
        pages.append(Destination(_("Bin"), url_for("agents.deleted_tickets.index")))
    administration = [
        Destination(_("Administration: %(page)s", page=page.label), page.url) for page in desk_pages(g.agent)
    ]
    return [*queues, *pages, *administration]
