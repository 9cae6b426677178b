"""Sessions know how somebody came in, how far they got, when they proved it, and who looks through their eyes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

IGNORED = "-- squawk-ignore "
STAGES = ("full", "second_factor", "enrolment")
METHODS = ("password", "link", "provider", "passkey", "impersonation")


def upgrade() -> None:
    op.add_column("sessions", sa.Column("stage", sa.String(32), nullable=False, server_default="full"))
    op.add_column("sessions", sa.Column("method", sa.String(32), nullable=False, server_default="password"))
    op.add_column("sessions", sa.Column("proven_at", sa.DateTime(timezone=True)))
    op.add_column("sessions", sa.Column("impersonator_id", sa.BigInteger()))
    # the columns are new, and what they hold is right: looking is cheap
    for name, column, words in (("sessionstage", "stage", STAGES), ("signinmethod", "method", METHODS)):
        listed = ", ".join(f"'{word}'" for word in words)
        op.execute(
            f"{IGNORED}constraint-missing-not-valid\n"
            f"alter table sessions add constraint ck_sessions_{name} check ({column} in ({listed}))"
        )
    op.execute(
        f"""{IGNORED}adding-foreign-key-constraint, constraint-missing-not-valid
        alter table sessions add constraint fk_sessions_impersonator_id_users
        foreign key (impersonator_id) references users (id)"""
    )
    with op.get_context().autocommit_block():
        op.execute("drop index concurrently if exists ix_sessions_impersonator_id")
        op.execute("create index concurrently ix_sessions_impersonator_id on sessions (impersonator_id)")


def downgrade() -> None:
    op.drop_column("sessions", "impersonator_id")
    op.drop_column("sessions", "proven_at")
    op.drop_column("sessions", "method")
    op.drop_column("sessions", "stage")
