"""A customer's search among their own requests looks through those alone, not through what is shared with them."""

from collections.abc import Sequence
from pathlib import Path

from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SQL = Path(__file__).parent.parent / "sql"


# A customer with ten requests whose organization shares 11,000 of 100,000 tickets, a word of one ticket in twenty:
# 7,766 buffers in the function before, and as many again for the counts; 161,567 in all with a million tickets.
def upgrade() -> None:
    _run("0018_own_words.sql")


def downgrade() -> None:
    _run("0018_own_words_before.sql")


def _run(name: str) -> None:
    for statement in (SQL / name).read_text(encoding="utf-8").split("-- next"):
        op.execute(statement)
