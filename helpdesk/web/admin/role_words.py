"""What each permission means, in words: for the table of roles, for their form, and for the reasons of rights."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString

from helpdesk.accounts.permissions import Permission

MEANINGS: Mapping[Permission, tuple[LazyString, LazyString]] = {
    Permission.SEE_EVERY_TICKET: (
        lazy("See every ticket"),
        lazy("All queues, search and statistics."),
    ),
    Permission.SEE_TEAM_TICKETS: (
        lazy("See tickets of own teams"),
        lazy("Beside those assigned to oneself. Without it: only these."),
    ),
    Permission.ANSWER_TICKETS: (
        lazy("Answer tickets"),
        lazy("Reply to customers, write internal notes, open tickets on behalf of somebody."),
    ),
    Permission.CHANGE_TICKETS: (
        lazy("Change tickets"),
        lazy("Status, priority, assignee, team, tags, links and merging; also many at once."),
    ),
    Permission.DELETE_TICKETS: (
        lazy("Delete tickets"),
        lazy("Move tickets to the bin and bring them back."),
    ),
    Permission.MANAGE_SHARED_VIEWS: (
        lazy("Manage shared views"),
        lazy("Share views of tickets with a team or everyone; change and delete those that are shared."),
    ),
    Permission.MANAGE_PEOPLE: (
        lazy("Manage people"),
        lazy(
            "Invite, give roles, deactivate, merge; organizations, teams and roles. "
            "Nobody gives more than they have."
        ),
    ),
    Permission.MANAGE_DESK: (
        lazy("Manage the desk"),
        lazy("Settings, branding, tags, outbox, jobs and the system page; with deleting, also the bin."),
    ),
    Permission.READ_AUDIT: (
        lazy("Read the audit trail"),
        lazy("Who did what, with old and new values, of the whole desk."),
    ),
    Permission.IMPERSONATE: (
        lazy("Look at the desk as somebody else"),
        lazy(
            "See what a colleague or customer sees, under both names and for an hour; "
            "never somebody who may more."
        ),
    ),
}
SIGHT_WORDS: tuple[tuple[LazyString, LazyString], ...] = (
    (lazy("Only those assigned to them"), lazy("What nobody has, and what others have, is hidden.")),
    (lazy("Those of their teams, and those assigned to them"), lazy("Tickets of other teams are hidden.")),
    (lazy("Every ticket"), lazy("All queues, search and statistics.")),
)
"""The steps of SIGHT, in its order."""
