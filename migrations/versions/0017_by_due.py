"""Indexes in the orders of lists: what is due next, the latest activity. Pages stop after their rows."""

from collections.abc import Sequence

from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# All that is open, 100,000 tickets with 890 open ones: 719 buffers to find the first 51 before, 28 after. At a million
# tickets with 9,000 open ones it were 8,000.
#   Limit (actual rows=51) -> Index Scan using ix_tickets_open_by_due on tickets (actual rows=51)
# What was resolved in the last two weeks, the latest activity first: 565 buffers before, 53 after.
#   Limit (actual rows=51) -> Index Scan using ix_tickets_settled_by_activity on tickets (actual rows=51)
# What it costs: the indexes of open tickets are small (a page of 8 kB for 200 of them). A reply writes one entry more
# than before, of ix_tickets_by_creation; settled tickets have one more.
_ACT_BY = "(coalesce(due_at, timezone('UTC', timezone('UTC', created_at) + interval '7 days')))"
_OPEN = "deleted_at is null and status in ('open', 'in_progress', 'waiting_on_customer')"

NEW = {
    "ix_tickets_open_by_due": f"({_ACT_BY}, id) where {_OPEN}",
    # an index whose first column is null does not count as one in the order of the next
    "ix_tickets_unassigned_by_due": f"({_ACT_BY}, id) where {_OPEN} and assignee_id is null",
    "ix_tickets_assignee_by_due": f"(assignee_id, {_ACT_BY}, id) where {_OPEN}",
    "ix_tickets_team_by_due": f"(team_id, {_ACT_BY}, id) where {_OPEN}",
    "ix_tickets_by_activity": "(last_activity_at desc, id desc) where deleted_at is null",
    "ix_tickets_settled_by_activity": (
        "(last_activity_at desc, id desc) where deleted_at is null and resolved_at is not null"
    ),
    "ix_tickets_by_creation": "(created_at) include (last_activity_at, id, deleted_at)",
}
OLD = {
    "ix_tickets_open_due": f"(due_at, id) where {_OPEN}",
    "ix_tickets_open_created": f"(created_at, id) where {_OPEN}",
    "ix_tickets_open_assignee": f"(assignee_id) where {_OPEN}",
    "ix_tickets_open_team": f"(team_id) where {_OPEN}",
    "ix_tickets_last_activity_at": "(last_activity_at)",
    "ix_tickets_created_at": "(created_at)",
}


def upgrade() -> None:
    _replace(OLD, NEW)


def downgrade() -> None:
    _replace(NEW, OLD)


def _replace(these: dict[str, str], those: dict[str, str]) -> None:
    # writers go on while these are built; one left half-built by a crash is built again
    with op.get_context().autocommit_block():
        for name, definition in those.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create index concurrently {name} on tickets {definition}")
        for name in these:
            op.execute(f"drop index concurrently if exists {name}")
