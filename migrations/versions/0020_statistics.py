"""Sums of the statistics, and the triggers that write down what changes.

The sums are made by the job that keeps them, within five minutes; until then the statistics read the tickets.
"""

from collections.abc import Sequence
from pathlib import Path

from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    for statement in (SQL / "0020_statistics.sql").read_text(encoding="utf-8").split("-- next"):
        op.execute(statement)


def downgrade() -> None:
    for trigger in ("added", "changed", "removed"):
        op.execute(f"drop trigger statistics_{trigger} on tickets")
    for function in ("tickets_added", "ticket_changed", "tickets_removed"):
        op.execute(f"drop function helpdesk_{function}()")
    for table in ("sums", "hours", "changes", "state"):
        op.drop_table(f"statistics_{table}")
