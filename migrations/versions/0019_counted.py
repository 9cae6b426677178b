"""Indexes for numbers above and in lists: how many tickets a tag is on, what lies in the bin, who is deactivated."""

from collections.abc import Sequence

from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The tickets of a tag are counted up to a cap, by the index alone: with a million tickets 1,001 of them lie on some 400
# pages of the table, and on seven of the index. What lies in the bin does not count: its ids are in its index.
NEW = {
    "ix_ticket_tags_by_tag": "ticket_tags (tag_id, ticket_id)",
    "ix_tickets_bin": "tickets (deleted_at, id) where deleted_at is not null",
    "ix_users_deactivated": "users (id) where not is_active",
}
OLD = {
    "ix_ticket_tags_tag_id": "ticket_tags (tag_id)",
    "ix_tickets_deleted": "tickets (deleted_at) where deleted_at is not null",
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
            op.execute(f"create index concurrently {name} on {definition}")
        for name in these:
            op.execute(f"drop index concurrently if exists {name}")
