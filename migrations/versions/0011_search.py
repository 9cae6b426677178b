"""Search: what files say and are called, words that are known, a customer's own search, messages by moment."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SQL = Path(__file__).parent.parent / "sql"
# By moment: a common word is sought among the newest messages first, not in all of them.
#   Bitmap Heap Scan on comments
#     -> BitmapAnd
#          -> Bitmap Index Scan on ix_comments_public_words
#          -> Bitmap Index Scan on ix_comments_created_at
INDEXES = {
    "ix_comments_created_at": "comments (created_at)",
    "ix_blobs_unread": "blobs (created_at) where words_read_at is null",
    "ix_attachments_name_words": "attachments using gin "
    "(to_tsvector('helpdesk_words', translate(filename, '._-()', '     ')))",
}


def upgrade() -> None:
    op.add_column("blobs", sa.Column("words_read_at", sa.DateTime(timezone=True)))
    for statement in (SQL / "0011_search.sql").read_text(encoding="utf-8").split("-- next"):
        op.execute(statement)
    # writers go on while these are built; one left half-built by a crash is built again
    with op.get_context().autocommit_block():
        for name, definition in INDEXES.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create index concurrently {name} on {definition}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"drop index {name}")
    op.execute("drop function helpdesk_saying(tsquery)")
    op.drop_table("known_words")
    op.drop_table("file_texts")
    op.drop_column("blobs", "words_read_at")
