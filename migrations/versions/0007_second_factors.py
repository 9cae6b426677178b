"""Second factors: codes of an app, passkeys, recovery codes, and what is still to be proven."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

IGNORED = "-- squawk-ignore "
TRIES = ("sign_in", "mail_link", "guest_request", "named_address")
PURPOSES = (
    *("confirm_email", "already_registered", "invitation", "reset_password", "magic_link"),
    *("ticket_received", "ticket_answered", "confirm_request", "confirm_address", "ticket_link"),
    *("added_to_ticket", "invited_to_organization", "ticket_assigned", "customer_answered"),
    "delivery_failed",
)
WORDS = {
    ("sign_in_attempts", "attemptkind", "kind"): (TRIES, (*TRIES, "second_factor")),
    ("outbox_messages", "mailpurpose", "purpose"): (
        PURPOSES,
        (*PURPOSES, "second_factor_added", "second_factor_removed"),
    ),
    ("mail_templates", "mailpurpose", "purpose"): (
        PURPOSES,
        (*PURPOSES, "second_factor_added", "second_factor_removed"),
    ),
}
"""Table, check and column: the words that were there, and those that are there now."""
TABLES = ("authenticators", "recovery_codes", "passkeys", "spent_challenges")


def upgrade() -> None:
    for (table, check, column), (_old, new) in WORDS.items():
        allow(table, check, column, new)
    op.create_table(
        "authenticators",
        identity(),
        of_a_user("authenticators"),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        created(),
        sa.PrimaryKeyConstraint("id", name="pk_authenticators"),
        sa.UniqueConstraint("user_id", name="uq_authenticators_user_id"),
    )
    op.create_table(
        "recovery_codes",
        identity(),
        of_a_user("recovery_codes"),
        sa.Column("code_hash", sa.Text(), nullable=False),
        created(),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
    )
    op.create_table(
        "passkeys",
        identity(),
        of_a_user("passkeys"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("user_handle", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        created(),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
    )
    op.create_table(
        "spent_challenges",
        identity(),
        sa.Column("challenge_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spent_challenges"),
        sa.UniqueConstraint("challenge_hash", name="uq_spent_challenges_challenge_hash"),
    )
    for table, column in (
        ("recovery_codes", "user_id"),
        ("passkeys", "user_id"),
        ("spent_challenges", "expires_at"),
    ):
        # the table is new and empty: nobody waits
        op.execute(
            f"{IGNORED}require-concurrent-index-creation\n"
            f"create index ix_{table}_{column} on {table} ({column})"
        )
    op.add_column("sessions", sa.Column("factor_proven_at", sa.DateTime(timezone=True)))
    for table in TABLES:
        op.execute(f"grant select, insert, update, delete on {table} to helpdesk_app")


def downgrade() -> None:
    op.drop_column("sessions", "factor_proven_at")
    for table in reversed(TABLES):
        op.drop_table(table)
    for (table, check, column), (old, _new) in WORDS.items():
        forget(table, column, old)
        allow(table, check, column, old)


def identity() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def created() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False)


def of_a_user(table: str) -> sa.Column[int]:
    to_users = sa.ForeignKey("users.id", name=f"fk_{table}_user_id_users")
    return sa.Column("user_id", sa.BigInteger(), to_users, nullable=False)


def forget(table: str, column: str, known: Sequence[str]) -> None:
    """What the older program does not know goes."""
    listed = ", ".join(f"'{word}'" for word in known)
    if table == "outbox_messages":
        op.execute(
            "delete from outbox_recipients where message_id in "
            f"(select id from outbox_messages where {column} not in ({listed}))"
        )
    op.execute(f"delete from {table} where {column} not in ({listed})")


def allow(table: str, check: str, column: str, words: Sequence[str]) -> None:
    """Replace the check by another one; scanning for rows that break it is cheap beside what it says."""
    listed = ", ".join(f"'{word}'" for word in words)
    name = f"ck_{table}_{check}"
    op.execute(f"{IGNORED}ban-drop-constraint\nalter table {table} drop constraint {name}")
    op.execute(
        f"{IGNORED}constraint-missing-not-valid\n"
        f"alter table {table} add constraint {name} check ({column} in ({listed}))"
    )
