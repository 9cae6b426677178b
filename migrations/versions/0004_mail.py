"""Mail both ways: mailboxes, what comes in and its verdicts, held answers, recipients, deliveries."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SQL = Path(__file__).parent.parent / "sql"
IGNORED = "-- squawk-ignore "
PURPOSES = (
    *("confirm_email", "already_registered", "invitation", "reset_password", "magic_link"),
    *("ticket_received", "ticket_answered", "confirm_request", "confirm_address", "ticket_link"),
    *("added_to_ticket", "invited_to_organization"),
)
WORDS = {
    ("outbox_messages", "mailpurpose", "purpose"): (
        PURPOSES,
        (*PURPOSES, "ticket_assigned", "customer_answered", "delivery_failed"),
    ),
    ("outbox_recipients", "deliverystate", "state"): (
        ("waiting", "sent", "failed"),
        ("waiting", "sending", "sent", "failed", "bounced"),
    ),
}
"""Table, check and column: the words that were there, and those that are there now."""
TO_MAILBOXES = ("tickets", "outbox_messages")
TABLES = (
    *("held_comments", "comment_recipients", "mail_templates", "blocked_senders", "inbound_messages"),
    *("mailbox_states", "mailboxes"),
)


def upgrade() -> None:
    for (table, check, column), (_old, new) in WORDS.items():
        allow(table, check, column, new)
    for statement in (SQL / "0004_mail.sql").read_text(encoding="utf-8").split("-- next"):
        op.execute(statement)
    for table in TO_MAILBOXES:
        op.add_column(table, sa.Column("mailbox_id", sa.BigInteger()))
        # the column is new and empty: there is nothing to scan
        op.execute(
            f"""{IGNORED}adding-foreign-key-constraint, constraint-missing-not-valid
            alter table {table} add constraint fk_{table}_mailbox_id_mailboxes
            foreign key (mailbox_id) references mailboxes (id)"""
        )
    op.add_column("tickets", sa.Column("delivery_failed_at", sa.DateTime(timezone=True)))
    op.add_column("comments", sa.Column("quoted_html", sa.Text()))
    op.add_column("teams", sa.Column("signature", sa.Text(), nullable=False, server_default=""))
    op.add_column("drafts", sa.Column("recipients", postgresql.JSONB()))
    op.add_column("drafts", sa.Column("is_cancelled", sa.Boolean(), nullable=False, server_default="false"))
    for column in ("in_reply_to", "references"):
        op.add_column("outbox_messages", sa.Column(column, sa.Text(), nullable=False, server_default=""))
    op.add_column("outbox_recipients", sa.Column("answer", sa.Text(), nullable=False, server_default=""))
    op.add_column("outbox_recipients", sa.Column("kind", sa.String(32), nullable=False, server_default="to"))
    # the column is new, and what it holds is right: looking is cheap
    op.execute(
        f"""{IGNORED}constraint-missing-not-valid
        alter table outbox_recipients add constraint ck_outbox_recipients_recipientkind
        check (kind in ('to', 'cc', 'bcc'))"""
    )
    with op.get_context().autocommit_block():
        for name, definition in {
            **{f"ix_{table}_mailbox_id": f"{table} (mailbox_id)" for table in TO_MAILBOXES},
            "ix_tickets_delivery_failed": "tickets (delivery_failed_at) where delivery_failed_at is not null",
            "ix_outbox_recipients_state_at": "outbox_recipients (state_at)",
        }.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create index concurrently {name} on {definition}")


def downgrade() -> None:
    op.drop_index("ix_outbox_recipients_state_at", "outbox_recipients")
    op.drop_column("outbox_recipients", "kind")
    op.drop_column("outbox_recipients", "answer")
    for column in ("references", "in_reply_to"):
        op.drop_column("outbox_messages", column)
    op.drop_column("drafts", "is_cancelled")
    op.drop_column("drafts", "recipients")
    op.drop_column("teams", "signature")
    op.drop_column("comments", "quoted_html")
    op.drop_column("tickets", "delivery_failed_at")
    for table in TO_MAILBOXES:
        op.drop_column(table, "mailbox_id")
    for table in TABLES:
        op.drop_table(table)
    for (table, check, column), (old, _new) in WORDS.items():
        forget(table, column, old)
        allow(table, check, column, old)


def forget(table: str, column: str, known: Sequence[str]) -> None:
    """What the older program does not know: letters of a new kind go, deliveries are told in its words."""
    listed = ", ".join(f"'{word}'" for word in known)
    if table == "outbox_messages":
        op.execute(
            "delete from outbox_recipients where message_id in "
            f"(select id from outbox_messages where {column} not in ({listed}))"
        )
        op.execute(f"delete from {table} where {column} not in ({listed})")
    else:
        op.execute("update outbox_recipients set state = 'failed' where state = 'bounced'")
        op.execute("update outbox_recipients set state = 'waiting' where state = 'sending'")


def allow(table: str, check: str, column: str, words: Sequence[str]) -> None:
    """Replace the check by another one; scanning for rows that break it is cheap beside what it says."""
    listed = ", ".join(f"'{word}'" for word in words)
    name = f"ck_{table}_{check}"
    op.execute(f"{IGNORED}ban-drop-constraint\nalter table {table} drop constraint {name}")
    op.execute(
        f"{IGNORED}constraint-missing-not-valid\n"
        f"alter table {table} add constraint {name} check ({column} in ({listed}))"
    )
