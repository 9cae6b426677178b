"""Thirty hand-picked mistakes in policy, lifecycle, audit and hybrids; each must make a test fail."""

from dataclasses import dataclass

POLICY, QUERIES = "helpdesk/tickets/policy.py", "helpdesk/tickets/queries.py"
LIFECYCLE, DEADLINES = "helpdesk/tickets/models/lifecycle.py", "helpdesk/tickets/models/deadlines.py"
STATUS, ASSIGNMENT = "helpdesk/tickets/models/status.py", "helpdesk/tickets/models/assignment.py"
LISTENER, ENTRIES, BULK = "helpdesk/audit/listener.py", "helpdesk/audit/entries.py", "helpdesk/audit/bulk.py"
REPLYING, EDITING = "helpdesk/tickets/operations/replying.py", "helpdesk/tickets/operations/editing.py"
PUBLISHING = "helpdesk/tickets/operations/publishing.py"
TICKETS, AUDIT = "tests/tickets", "tests/audit"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: in a file, a text that occurs once becomes another; these tests must notice."""

    file: str
    old: str
    new: str
    tests: str

    @property
    def name(self) -> str:
        return f"{self.file.removeprefix('helpdesk/')}: {self.old.strip()[:60]}"


MUTANTS = (
    # policy
    Mutant(POLICY, "if not user.is_active or user.anonymised_at", "if user.anonymised_at", TICKETS),
    Mutant(POLICY, "    if user.may(Permission.SEE_EVERY_TICKET):\n", "    if user.is_staff:\n", TICKETS),
    Mutant(POLICY, "Ground.REQUESTED: Ticket.requester_id", "Ground.REQUESTED: Ticket.creator_id", TICKETS),
    Mutant(POLICY, "ticket_participants.c.user_id == user.id", "ticket_participants.c.user_id != user.id", TICKETS),
    Mutant(POLICY, "if user.shared_organization_id is None:", "if user.organization_id is None:", TICKETS),
    Mutant(POLICY, "Ticket.team_id.in_(user.team_ids)", "Ticket.team_id.is_not(None)", TICKETS),
    Mutant(QUERIES, "tickets = select(Ticket).where(visible_to(user), Ticket.deleted_at.is_(None))",
           "tickets = select(Ticket).where(visible_to(user))", TICKETS),
    Mutant(QUERIES, "return comments.where(~Comment.is_internal, Comment.published_at.is_not(None)).options(columns)",
           "return comments.where(Comment.published_at.is_not(None)).options(columns)", TICKETS),
    Mutant("helpdesk/accounts/models.py", "return self.is_active and self.role_id is not None and",
           "return self.role_id is not None and", TICKETS),
    Mutant("helpdesk/database/policies.py", '"comments": """not is_internal and published_at is not null',
           '"comments": """published_at is not null',
           "tests/security tests/database/test_schema_is_one.py"),
    # lifecycle
    Mutant(LIFECYCLE, "if to not in MOVES[ticket.status]:", "if False:", TICKETS),
    Mutant(LIFECYCLE, '"resolved_at": ticket.resolved_at or at,', '"resolved_at": at,', TICKETS),
    Mutant(LIFECYCLE, '"first_resolved_at": ticket.first_resolved_at or at,', '"first_resolved_at": at,', TICKETS),
    Mutant(LIFECYCLE, '"reopen_count": ticket.reopen_count + 1,', '"reopen_count": ticket.reopen_count,', TICKETS),
    Mutant(LIFECYCLE, "at if to is TicketStatus.CLOSED else None", "ticket.closed_at", TICKETS),
    Mutant(STATUS, "TicketStatus.RESOLVED: frozenset({TicketStatus.OPEN, TicketStatus.CLOSED}),",
           "TicketStatus.RESOLVED: frozenset(TicketStatus),", TICKETS),
    Mutant(PUBLISHING, "if ticket.first_responded_at is None:", "if True:", TICKETS),
    Mutant(REPLYING, "status if by.is_staff and status else", "status if status else", TICKETS),
    Mutant(EDITING, "if getattr(ticket, name) != meant[name].seen", "if False", TICKETS),
    # hybrids
    Mutant(LIFECYCLE, "return self.status in OPEN_STATUSES", "return self.status not in SETTLED_STATUSES[:1]", TICKETS),
    Mutant(LIFECYCLE, "self.age > timedelta(hours=hours)", "self.age >= timedelta(hours=hours)", TICKETS),
    Mutant(LIFECYCLE, "return_type=Double())(3600.0)", "return_type=Double())(60.0)", TICKETS),
    Mutant(DEADLINES, "return self.is_open and self.act_by < clock.now()", "return self.act_by < clock.now()", TICKETS),
    Mutant(DEADLINES, "PATIENCE = timedelta(days=7)", "PATIENCE = timedelta(days=8)", TICKETS),
    Mutant(ASSIGNMENT, "return cls.assignee_id.is_(None)", "return cls.team_id.is_(None)", TICKETS),
    # audit
    Mutant(LISTENER, "    if session.in_nested_transaction():\n        return", "    if False:\n        return", AUDIT),
    Mutant(LISTENER, "active_history=True)", "active_history=False)", AUDIT),
    Mutant(LISTENER, "and not state.execution_options.get(AUDITED_ALREADY)", "and False", AUDIT),
    Mutant(ENTRIES, "if name in model.audit_secret:", "if False:", AUDIT),
    Mutant(ENTRIES, "if name in model.audit_digest:", "if False:", AUDIT),
    Mutant(ENTRIES, "changes[name][0] if name in changes else old, new]", "old, new]", AUDIT),
    Mutant(BULK, "entry.ticket_id = entry.ticket_id or tickets.get(",
           "entry.ticket_id = entry.ticket_id or {}.get(", AUDIT),
)  # fmt: skip
