"""Indexes for the orders of all tickets: by priority and by status, the latest first."""

from collections.abc import Sequence

from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Everything by priority, 100,000 tickets: 397 ms and every page of the table before, 0.1 ms and 52 buffers after.
#   Limit (actual rows=51) -> Index Scan using ix_tickets_by_priority on tickets (actual rows=51)
#   Limit (actual rows=51) -> Index Scan Backward using ix_tickets_by_status on tickets (actual rows=51)
INDEXES = {
    "ix_tickets_by_priority": "(case priority when 'low' then 0 when 'medium' then 1 when 'high' then 2 "
    "when 'urgent' then 3 else 0 end) desc",
    "ix_tickets_by_status": "(case status when 'open' then 0 when 'in_progress' then 1 "
    "when 'waiting_on_customer' then 2 when 'resolved' then 3 when 'closed' then 4 else 0 end)",
}


def upgrade() -> None:
    # writers go on while these are built; one left half-built by a crash is built again
    with op.get_context().autocommit_block():
        for name, rank in INDEXES.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(
                f"create index concurrently {name} on tickets ({rank}, last_activity_at desc, id desc) "
                "where deleted_at is null"
            )


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"drop index {name}")
