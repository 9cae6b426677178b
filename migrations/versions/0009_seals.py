"""The audit trail sealed, and who read what."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SQL = Path(__file__).parent.parent / "sql"
TABLES = ("audit_removals", "audit_seals", "recent_reads", "access_logs")


def upgrade() -> None:
    op.add_column("audit_logs", sa.Column("impersonator_id", sa.BigInteger()))
    for statement in (SQL / "0009_seals.sql").read_text(encoding="utf-8").split("-- next"):
        op.execute(statement)
    for month in range(4):
        op.execute(partition(month))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("audit_logs", "impersonator_id")


def partition(ahead: int) -> str:
    """A month of who read what, counted from the present one; months are those of UTC."""
    first = f"date_trunc('month', now() at time zone 'UTC') + interval '{ahead} months'"
    return f"""do $$ begin execute format(
        'create table if not exists %I partition of access_logs for values from (%L) to (%L)',
        to_char({first}, '"access_logs_"YYYY_MM'),
        to_char({first}, 'YYYY-MM-DD"T00:00:00+00"'),
        to_char({first} + interval '1 month', 'YYYY-MM-DD"T00:00:00+00"')); end $$"""
