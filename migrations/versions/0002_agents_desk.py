"""The agents' desk: words to search, what each agent has read, drafts and the files in them, preferences, notes."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SQL = Path(__file__).parent.parent / "sql"
VIA_TABLES = ("audit_logs", "comments", "tickets")
VIA = ("web", "mail", "job", "cli", "rule", "api")
NEW_VIA = ("phone", "walk_in")
IGNORED = "-- squawk-ignore "
INDEXES = {
    "ix_tickets_updated_at": "tickets (updated_at)",
    "ix_tickets_title_words": "tickets using gin (to_tsvector('helpdesk_words', title))",
    "ix_comments_public_words": "comments using gin (to_tsvector('helpdesk_words', content)) where not is_internal",
    "ix_comments_internal_words": "comments using gin (to_tsvector('helpdesk_words', content)) where is_internal",
    "ix_users_picture_sha256": "users (picture_sha256)",
    "ix_users_merged_into_id": "users (merged_into_id)",
}
TEXTS = (("users", "signature"), ("users", "notes"), ("organizations", "notes"))


def upgrade() -> None:
    op.execute("create extension if not exists unaccent")
    op.execute("create text search configuration helpdesk_words (copy = simple)")
    op.execute(
        "alter text search configuration helpdesk_words "
        "alter mapping for hword, hword_part, word with unaccent, simple"
    )
    add_what_people_keep()
    allow_via((*VIA, *NEW_VIA))
    create_tables()
    for statement in (SQL / "0002_rights.sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
    # writers go on while these are built; one left half-built by a crash is built again
    with op.get_context().autocommit_block():
        for name, definition in INDEXES.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create index concurrently {name} on {definition}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"drop index {name}")
    for table in ("staged_files", "drafts", "ticket_reads"):
        op.drop_table(table)
    allow_via(VIA)
    for column in ("preferences", "picture_sha256", "merged_into_id"):
        op.drop_column("users", column)
    for table, column in TEXTS:
        op.drop_column(table, column)
    op.execute("drop text search configuration helpdesk_words")
    op.execute("drop extension unaccent")


def add_what_people_keep() -> None:
    for table, column in TEXTS:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=""))
    op.add_column("users", sa.Column("preferences", postgresql.JSONB(), nullable=False, server_default="{}"))
    op.add_column("users", sa.Column("picture_sha256", sa.Text()))
    op.add_column("users", sa.Column("merged_into_id", sa.BigInteger()))
    for column, target in (("picture_sha256", "blobs (sha256)"), ("merged_into_id", "users (id)")):
        name = f"fk_users_{column}_{target.split()[0]}"
        # the column is new and empty: there is nothing to scan
        op.execute(
            f"""{IGNORED}adding-foreign-key-constraint, constraint-missing-not-valid
            alter table users add constraint {name} foreign key ({column}) references {target}"""
        )


def allow_via(values: Sequence[str]) -> None:
    """Replace the check by another one; scanning for rows that break it is cheap beside what it says."""
    listed = ", ".join(f"'{value}'" for value in values)
    for table in VIA_TABLES:
        name = f"ck_{table}_via"
        op.execute(f"{IGNORED}ban-drop-constraint\nalter table {table} drop constraint {name}")
        op.execute(
            f"{IGNORED}constraint-missing-not-valid\n"
            f"alter table {table} add constraint {name} check (via in ({listed}))"
        )


def create_tables() -> None:
    op.create_table(
        "ticket_reads",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_reads_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ticket_reads_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "ticket_id", name=op.f("pk_ticket_reads")),
    )
    op.create_index(op.f("ix_ticket_reads_ticket_id"), "ticket_reads", ["ticket_id"])
    op.create_index(op.f("ix_ticket_reads_user_id_seen_at"), "ticket_reads", ["user_id", "seen_at"])
    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("reply", "note", name="mode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_drafts_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("user_id", "ticket_id", name=op.f("uq_drafts_user_id_ticket_id")),
    )
    op.create_index(op.f("ix_drafts_ticket_id"), "drafts", ["ticket_id"])
    op.create_table(
        "staged_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("is_inline", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_staged_files_sha256_blobs")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_staged_files_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_staged_files_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staged_files_public_id")),
    )
    op.create_index(op.f("ix_staged_files_created_at"), "staged_files", ["created_at"])
    op.create_index(op.f("ix_staged_files_sha256"), "staged_files", ["sha256"])
    op.create_index(op.f("ix_staged_files_ticket_id"), "staged_files", ["ticket_id"])
    op.create_index(op.f("ix_staged_files_user_id_ticket_id"), "staged_files", ["user_id", "ticket_id"])
