"""What a role can permit: one line each, readable without knowing the code."""

from enum import StrEnum


class Permission(StrEnum):
    """One right that a role gives to staff. Customers have none: what they may do follows from whose ticket it is."""

    SEE_EVERY_TICKET = "see_every_ticket"
    SEE_TEAM_TICKETS = "see_team_tickets"
    ANSWER_TICKETS = "answer_tickets"
    CHANGE_TICKETS = "change_tickets"
    DELETE_TICKETS = "delete_tickets"
    MANAGE_SHARED_VIEWS = "manage_shared_views"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_DESK = "manage_desk"
    READ_AUDIT = "read_audit"
    IMPERSONATE = "impersonate"


SIGHT: tuple[frozenset[Permission], ...] = (
    frozenset(),
    frozenset({Permission.SEE_TEAM_TICKETS}),
    frozenset({Permission.SEE_TEAM_TICKETS, Permission.SEE_EVERY_TICKET}),
)
"""The three steps of what somebody sees: the tickets they have, their teams' too, all. Each holds the one before."""

ADMIN = "Administrator"
AGENT = "Agent"
READ_ONLY = "Read only"

BUILT_IN_ROLES: dict[str, frozenset[Permission]] = {
    ADMIN: frozenset(Permission),
    AGENT: SIGHT[-1] | {Permission.ANSWER_TICKETS, Permission.CHANGE_TICKETS},
    READ_ONLY: SIGHT[-1],
}
"""The roles of a fresh desk; created by migrations. Nobody changes what they permit: their names keep meaning it."""
