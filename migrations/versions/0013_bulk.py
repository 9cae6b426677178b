"""Bulk edits: what somebody does to many tickets, and which of them refused."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "bulk_edits",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("impersonator_id", sa.BigInteger()),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("ticket_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("ticket_count", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("changed_count", sa.BigInteger(), nullable=False),
        sa.Column("refused_count", sa.BigInteger(), nullable=False),
        sa.Column("list_path", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("undoes_id", sa.BigInteger()),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.Column("stopped_because", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_bulk_edits_user_id_users"),
        sa.ForeignKeyConstraint(["undoes_id"], ["bulk_edits.id"], name="fk_bulk_edits_undoes_id_bulk_edits"),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_edits"),
        sa.UniqueConstraint("public_id", name="uq_bulk_edits_public_id"),
        sa.UniqueConstraint("undoes_id", name="uq_bulk_edits_undoes_id"),
    )
    # one's own lately: Index Scan Backward using ix_bulk_edits_user_id_created_at
    op.create_index("ix_bulk_edits_user_id_created_at", "bulk_edits", ["user_id", "created_at"])
    # whether one is under way, asked by every list: a handful of entries at any time
    op.create_index(
        "ix_bulk_edits_under_way", "bulk_edits", ["user_id"], postgresql_where=sa.text("finished_at is null")
    )
    op.create_table(
        "bulk_edit_refusals",
        sa.Column("bulk_edit_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_edit_id"],
            ["bulk_edits.id"],
            name="fk_bulk_edit_refusals_bulk_edit_id_bulk_edits",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name="fk_bulk_edit_refusals_ticket_id_tickets"
        ),
        sa.PrimaryKeyConstraint("bulk_edit_id", "ticket_id", name="pk_bulk_edit_refusals"),
    )
    op.create_index("ix_bulk_edit_refusals_ticket_id", "bulk_edit_refusals", ["ticket_id"])
    for table in ("bulk_edits", "bulk_edit_refusals"):
        op.execute(f"grant select, insert, update, delete on {table} to helpdesk_app")
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy helpdesk_app on {table} to helpdesk_app using (true)")


def downgrade() -> None:
    op.drop_table("bulk_edit_refusals")
    op.drop_table("bulk_edits")
