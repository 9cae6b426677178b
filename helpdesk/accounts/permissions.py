"""What a role can permit: one line each, readable without knowing the code."""

from enum import StrEnum


class Permission(StrEnum):
    """One right that a role gives to staff. Customers have none: what they may do follows from whose ticket it is."""

    SEE_EVERY_TICKET = "see_every_ticket"
    ANSWER_TICKETS = "answer_tickets"
    CHANGE_TICKETS = "change_tickets"
    DELETE_TICKETS = "delete_tickets"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_DESK = "manage_desk"
    READ_AUDIT = "read_audit"


ADMIN = "Administrator"
AGENT = "Agent"

BUILT_IN_ROLES: dict[str, frozenset[Permission]] = {
    ADMIN: frozenset(Permission),
    AGENT: frozenset({Permission.SEE_EVERY_TICKET, Permission.ANSWER_TICKETS, Permission.CHANGE_TICKETS}),
}
"""The roles of a fresh desk; created by the first migration."""
