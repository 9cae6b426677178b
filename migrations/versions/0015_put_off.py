"""Files the disk did not give are looked at again later, and hold nobody up meanwhile."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("blobs", sa.Column("words_failed_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("blobs", "words_failed_at")
