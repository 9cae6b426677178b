"""Who asks in the matrix: customers and guests by whose ticket it is, staff by how far they see."""

from collections.abc import Mapping

from helpdesk.accounts.models import Sharing
from helpdesk.accounts.permissions import AGENT, BUILT_IN_ROLES, READ_ONLY, SIGHT, Permission

OUTSIDERS: Mapping[str, str] = {
    "anonymous": "nobody",
    "own customer": "carl",
    "colleague": "cora",  # of his organization, which shares with managers where nothing else is said
    "colleague who is shown all": "cora",
    "manager": "mona",
    "manager who is shown nothing": "mona",
    "stranger": "olga",
    "link holder": "link holder",  # of a mail to Carl about his own ticket
}
SHARING: Mapping[str, Sharing] = {
    "colleague who is shown all": Sharing.EVERYONE,
    "manager who is shown nothing": Sharing.NONE,
}
"""What their organization shares while these ask; with its managers, while others do."""
_WORK = frozenset({Permission.ANSWER_TICKETS, Permission.CHANGE_TICKETS})
STAFF: Mapping[str, frozenset[Permission]] = {
    "onlooker": BUILT_IN_ROLES[READ_ONLY],
    "agent": BUILT_IN_ROLES[AGENT],
    "agent of the team": SIGHT[1] | _WORK,
    "agent of another team": SIGHT[1] | _WORK,
    "agent who sees what they have": SIGHT[0] | _WORK,
    "admin": frozenset(Permission),
}
"""Who works here, and what their role permits."""
ACTORS: Mapping[str, str] = {
    **OUTSIDERS,
    "onlooker": "rita",
    "agent": "ana",
    "agent of the team": "tom",
    "agent of another team": "otto",
    "agent who sees what they have": "sue",
    "admin": "ada",
}
"""Who asks, and who that is."""
SEES_ALL = frozenset({"onlooker", "agent", "admin"})
SEEN_BY: Mapping[str, frozenset[str]] = {
    "own": SEES_ALL
    | {"own customer", "colleague who is shown all", "manager", "link holder"}
    | {"agent of the team", "agent who sees what they have"},
    "noted": SEES_ALL | {"agent of the team", "agent who sees what they have"},
    "foreign": SEES_ALL | {"agent of another team"},
    "known": frozenset(ACTORS) - {"agent of another team"},
    "there": frozenset(ACTORS),
    "the admin's": frozenset({"admin"}),
}
"""By thing, who finds it. What is deleted or missing nobody finds."""
KNOW_THE_BIN = SEES_ALL | {"agent of the team"}
"""Of the staff, who would see the deleted ticket if it were not."""
