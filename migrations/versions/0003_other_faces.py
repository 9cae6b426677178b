"""The portal and the administration: guests' requests, keys to one ticket, purges, teams' terms, customers' rights."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SQL = Path(__file__).parent.parent / "sql"
IGNORED = "-- squawk-ignore "
WORDS = {
    ("one_time_tokens", "tokenpurpose", "purpose"): (
        ("set_up", "confirm_email", "invitation", "reset_password", "magic_link"),
        ("confirm_request", "confirm_address"),
    ),
    ("outbox_messages", "mailpurpose", "purpose"): (
        (
            "confirm_email",
            "already_registered",
            "invitation",
            "reset_password",
            "magic_link",
            "ticket_received",
            "ticket_answered",
        ),
        ("confirm_request", "confirm_address", "ticket_link", "added_to_ticket", "invited_to_organization"),
    ),
    ("sign_in_attempts", "attemptkind", "kind"): (
        ("sign_in", "mail_link"),
        ("guest_request", "named_address"),
    ),
}
"""Table, check and column: the words that were there, and those that are new."""
GUESTS = ("staged_files", "one_time_tokens", "outbox_messages")
INDEXES = {
    **{f"ix_{table}_guest_request_id": f"{table} (guest_request_id)" for table in GUESTS},
    "ix_users_invited_to_id": "users (invited_to_id)",
} | {f"ix_tickets_{column}": f"tickets ({column})" for column in ("created_at", "first_responded_at")}


def upgrade() -> None:
    for (table, check, column), (old, new) in WORDS.items():
        allow(table, check, column, (*old, *new))
    create_tables()
    for table in GUESTS:
        op.add_column(table, sa.Column("guest_request_id", sa.BigInteger()))
        # the column is new and empty: there is nothing to scan
        op.execute(
            f"""{IGNORED}adding-foreign-key-constraint, constraint-missing-not-valid
            alter table {table} add constraint fk_{table}_guest_request_id_guest_requests
            foreign key (guest_request_id) references guest_requests (id)"""
        )
    op.execute(  # the program that runs meanwhile always writes it
        f"{IGNORED}ban-drop-not-null\nalter table staged_files alter column user_id drop not null"
    )
    # a table of files on their way: small at any time
    op.execute(
        f"""{IGNORED}constraint-missing-not-valid
        alter table staged_files add constraint ck_staged_files_sent_by_one
        check ((user_id is null) <> (guest_request_id is null))"""
    )
    op.add_column("teams", sa.Column("description", sa.Text(), nullable=False, server_default=""))
    op.add_column("teams", sa.Column("reopen_days", sa.BigInteger()))
    op.execute(
        f"""{IGNORED}constraint-missing-not-valid
        alter table teams add constraint ck_teams_reopen_days check (reopen_days between 0 and 3650)"""
    )
    op.add_column(
        "email_addresses", sa.Column("is_claim", sa.Boolean(), nullable=False, server_default="false")
    )
    # the column is new and false: nothing breaks it, and looking is cheap
    op.execute(
        f"""{IGNORED}constraint-missing-not-valid
        alter table email_addresses add constraint ck_email_addresses_claims_are_unproven
        check (not (is_claim and (is_primary or verified_at is not null)))"""
    )
    op.add_column("users", sa.Column("invited_to_id", sa.BigInteger()))
    op.execute(
        f"""{IGNORED}adding-foreign-key-constraint, constraint-missing-not-valid
        alter table users add constraint fk_users_invited_to_id_organizations
        foreign key (invited_to_id) references organizations (id) on delete set null"""
    )
    run("0003_rights.sql")
    with op.get_context().autocommit_block():
        for name, definition in INDEXES.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create index concurrently {name} on {definition}")


def downgrade() -> None:
    run("0003_rights_back.sql")
    for name in ("ix_tickets_created_at", "ix_tickets_first_responded_at"):
        op.drop_index(name, "tickets")
    for column in ("reopen_days", "description"):
        op.drop_column("teams", column)
    op.drop_constraint("ck_email_addresses_claims_are_unproven", "email_addresses")
    op.drop_column("email_addresses", "is_claim")
    op.drop_column("users", "invited_to_id")
    op.execute("delete from staged_files where user_id is null")
    op.drop_constraint("ck_staged_files_sent_by_one", "staged_files")
    op.alter_column("staged_files", "user_id", nullable=False)
    for table in GUESTS:
        op.drop_column(table, "guest_request_id")
    op.drop_table("purges")
    op.drop_table("ticket_keys")
    op.drop_table("guest_requests")
    for (table, check, column), (old, _new) in WORDS.items():
        forget(table, column, old)
        allow(table, check, column, old)


def run(script: str) -> None:
    for statement in (SQL / script).read_text(encoding="utf-8").split("-- next"):
        op.execute(statement)


def forget(table: str, column: str, known: Sequence[str]) -> None:
    """Rows whose word the older program does not know mean nothing to it."""
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


def create_tables() -> None:
    op.create_table(
        "guest_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_guest_requests_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_requests")),
    )
    op.create_index(op.f("ix_guest_requests_created_at"), "guest_requests", ["created_at"])
    op.create_index(op.f("ix_guest_requests_ticket_id"), "guest_requests", ["ticket_id"])
    op.create_table(
        "ticket_keys",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["email_addresses.id"], name=op.f("fk_ticket_keys_address_id_email_addresses")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_keys_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ticket_keys_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_keys")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_ticket_keys_token_hash")),
    )
    for column in ("address_id", "expires_at", "ticket_id", "user_id"):
        op.create_index(op.f(f"ix_ticket_keys_{column}"), "ticket_keys", [column])
    op.create_table(
        "purges",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("purged_count", sa.BigInteger(), nullable=False),
        sa.Column("comment_count", sa.BigInteger(), nullable=False),
        sa.Column("file_count", sa.BigInteger(), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_purges_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purges")),
    )
    op.create_index(op.f("ix_purges_user_id"), "purges", ["user_id"])
