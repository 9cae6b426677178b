"""The foundation: every table of the first release, its jobs, its rights, and who is there from the start."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SQL = Path(__file__).parent.parent / "sql"
PERMISSIONS = {
    "Administrator": (
        "see_every_ticket",
        "answer_tickets",
        "change_tickets",
        "delete_tickets",
        "manage_people",
        "manage_desk",
        "read_audit",
    ),
    "Agent": ("see_every_ticket", "answer_tickets", "change_tickets"),
}
TABLES_LAST_FIRST = (
    "outbox_recipients",
    "outbox_messages",
    "attachments",
    "ticket_watchers",
    "ticket_tags",
    "ticket_participants",
    "ticket_links",
    "one_time_tokens",
    "comments",
    "tickets",
    "team_members",
    "submissions",
    "sessions",
    "email_addresses",
    "audit_logs",
    "users",
    "role_permissions",
    "teams",
    "tags",
    "sign_in_attempts",
    "settings",
    "roles",
    "organizations",
    "job_errors",
    "blobs",
)


def upgrade() -> None:
    op.execute("create extension if not exists pg_trgm")
    op.execute("create sequence ticket_numbers")
    create_tables()
    op.execute("create table audit_logs_default partition of audit_logs default")
    for month in range(4):
        op.execute(partition(month))
    for statement in statements("0001_procrastinate_3_10.sql"):
        op.execute(statement)
    for statement in statements("0001_rights.sql"):
        op.execute(statement)
    add_those_who_are_there_from_the_start()


def downgrade() -> None:
    # policies name each other's tables and the functions: they go first
    for name in ("helpdesk_participations", "helpdesk_shared_organization"):
        op.execute(f"drop function {name}() cascade")
    op.execute(
        """do $$ declare found record; begin
        for found in select format('drop policy %I on %I', policyname, tablename) as statement from pg_policies
            where schemaname = 'public'
        loop execute found.statement; end loop; end $$"""
    )
    for table in TABLES_LAST_FIRST:
        op.drop_table(table)
    op.execute("drop sequence ticket_numbers")
    op.execute(drop_procrastinate())


def statements(name: str) -> Iterator[str]:
    for part in (SQL / name).read_text(encoding="utf-8").split("-- next"):
        lines = [line for line in part.strip().splitlines() if not line.startswith("-- ")]
        yield "\n".join(lines).strip()


def partition(ahead: int) -> str:
    """A month of the audit trail, counted from the present one; months are those of UTC."""
    first = f"date_trunc('month', now() at time zone 'UTC') + interval '{ahead} months'"
    return f"""do $$ begin execute format(
        'create table if not exists %I partition of audit_logs for values from (%L) to (%L)',
        to_char({first}, '"audit_logs_"YYYY_MM'),
        to_char({first}, 'YYYY-MM-DD"T00:00:00+00"'),
        to_char({first} + interval '1 month', 'YYYY-MM-DD"T00:00:00+00"')); end $$"""


def add_those_who_are_there_from_the_start() -> None:
    op.execute(
        """insert into users (id, full_name, is_active, is_staff, is_system, created_at, updated_at)
        overriding system value values (1, 'System', true, true, true, now(), now())"""
    )
    op.execute("alter table users alter column id restart with 2")
    for name, permissions in PERMISSIONS.items():
        rows = ", ".join(f"('{permission}')" for permission in permissions)
        op.execute(
            f"""with made as (
                insert into roles (name, is_built_in, created_at, updated_at)
                values ('{name}', true, now(), now()) returning id)
            insert into role_permissions (role_id, permission)
            select made.id, given.permission from made, (values {rows}) as given (permission)"""
        )


def drop_procrastinate() -> str:
    """Everything whose name says that it is procrastinate's: tables, functions, types."""
    return """do $$ declare found record; begin
        for found in select format('drop table if exists %I cascade', tablename) as statement from pg_tables
            where schemaname = 'public' and tablename like 'procrastinate\\_%'
        loop execute found.statement; end loop;
        for found in select format('drop function if exists %s cascade', oid::regprocedure) as statement from pg_proc
            where pronamespace = 'public'::regnamespace and proname like 'procrastinate\\_%'
        loop execute found.statement; end loop;
        for found in select format('drop type if exists %I cascade', typname) as statement from pg_type
            where typnamespace = 'public'::regnamespace and typname like 'procrastinate\\_%' and typtype in ('e', 'c')
        loop execute found.statement; end loop;
    end $$"""


def create_tables() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_blobs_sha256_is_hex")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_blobs_size_not_negative")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blobs")),
    )
    op.create_index(op.f("ix_blobs_last_used_at"), "blobs", ["last_used_at"], unique=False)
    op.create_table(
        "job_errors",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("traceback", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_errors")),
    )
    op.create_index(op.f("ix_job_errors_job_id_id"), "job_errors", ["job_id", "id"], unique=False)
    op.create_table(
        "organizations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("domains", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "sharing",
            sa.Enum(
                "none",
                "managers",
                "everyone",
                name="sharing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
    )
    op.create_index("uq_organizations_name", "organizations", [sa.text("lower(name)")], unique=True)
    op.create_table(
        "roles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_built_in", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("name", name=op.f("uq_roles_name")),
    )
    op.create_table(
        "settings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sa.UniqueConstraint("name", name=op.f("uq_settings_name")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sign_in",
                "mail_link",
                name="attemptkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("account_key", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(
        op.f("ix_sign_in_attempts_kind_account_key_occurred_at"),
        "sign_in_attempts",
        ["kind", "account_key", "occurred_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_sign_in_attempts_kind_network_occurred_at"),
        "sign_in_attempts",
        ["kind", "network", "occurred_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_sign_in_attempts_occurred_at"), "sign_in_attempts", ["occurred_at"], unique=False
    )
    op.create_table(
        "tags",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("color ~ '^#[0-9a-f]{6}$'", name=op.f("ck_tags_hex_color")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
    )
    op.create_index("uq_tags_name", "tags", [sa.text("lower(name)")], unique=True)
    op.create_table(
        "teams",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
    )
    op.create_index("uq_teams_name", "teams", [sa.text("lower(name)")], unique=True)
    op.create_table(
        "role_permissions",
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "permission",
            sa.Enum(
                "see_every_ticket",
                "answer_tickets",
                "change_tickets",
                "delete_tickets",
                "manage_people",
                "manage_desk",
                "read_audit",
                name="permission",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_role_permissions_role_id_roles")),
        sa.PrimaryKeyConstraint("role_id", "permission", name=op.f("pk_role_permissions")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_staff", sa.Boolean(), nullable=False),
        sa.Column("is_system", sa.Boolean(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("locale", sa.String(length=16), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "organization_role",
            sa.Enum(
                "member",
                "manager",
                name="organizationrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("last_login", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(organization_id is null) = (organization_role is null)",
            name=op.f("ck_users_role_within_an_organization"),
        ),
        sa.CheckConstraint(
            "is_system or is_staff = (role_id is not null)", name=op.f("ck_users_staff_has_a_role")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_users_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_users_role_id_roles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index(op.f("ix_users_is_staff"), "users", ["is_staff"], unique=False)
    op.create_index(op.f("ix_users_organization_id"), "users", ["organization_id"], unique=False)
    op.create_index(op.f("ix_users_role_id"), "users", ["role_id"], unique=False)
    op.create_index("uq_users_system", "users", ["is_system"], unique=True, postgresql_where="is_system")
    op.create_index("ix_users_by_name", "users", [sa.text("lower(full_name)"), "id"], unique=False)
    op.create_index(
        "ix_users_full_name_trigrams",
        "users",
        ["full_name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"full_name": "gin_trgm_ops"},
    )
    op.create_table(
        "audit_logs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "insert",
                "update",
                "delete",
                "purge",
                "read",
                name="auditaction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "via",
            sa.Enum(
                "web",
                "mail",
                "job",
                "cli",
                "rule",
                "api",
                name="via",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("token_id", sa.BigInteger(), nullable=True),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_audit_logs_user_id_users")),
        sa.PrimaryKeyConstraint("id", "created_at", name=op.f("pk_audit_logs")),
        postgresql_partition_by="RANGE (created_at)",
    )
    op.create_index(op.f("ix_audit_logs_created_at_id"), "audit_logs", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_audit_logs_request_id"), "audit_logs", ["request_id"], unique=False)
    op.create_index(
        op.f("ix_audit_logs_table_name_record_id_created_at"),
        "audit_logs",
        ["table_name", "record_id", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_audit_logs_ticket_id_created_at"),
        "audit_logs",
        ["ticket_id", "created_at"],
        unique=False,
        postgresql_where="ticket_id is not null",
    )
    op.create_index(
        op.f("ix_audit_logs_user_id_created_at"), "audit_logs", ["user_id", "created_at"], unique=False
    )
    op.create_table(
        "email_addresses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_email_addresses_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_addresses")),
        sa.UniqueConstraint("email_key", name=op.f("uq_email_addresses_email_key")),
    )
    op.create_index(op.f("ix_email_addresses_user_id"), "email_addresses", ["user_id"], unique=False)
    op.create_index(
        "ix_email_addresses_email_trigrams",
        "email_addresses",
        ["email"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"email": "gin_trgm_ops"},
    )
    op.create_index(
        "uq_email_addresses_primary",
        "email_addresses",
        ["user_id"],
        unique=True,
        postgresql_where="is_primary",
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_limit", sa.Interval(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_submissions_user_id_users")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_submissions")),
    )
    op.create_index(op.f("ix_submissions_user_id"), "submissions", ["user_id"], unique=False)
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id_teams")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_team_members_user_id_users")),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_members")),
    )
    op.create_index(op.f("ix_team_members_user_id"), "team_members", ["user_id"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "ticket_number",
            sa.Text(),
            server_default=sa.text("'HD-' || nextval('ticket_numbers')"),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "priority",
            sa.Enum(
                "low",
                "medium",
                "high",
                "urgent",
                name="ticketpriority",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("requester_id", sa.BigInteger(), nullable=False),
        sa.Column("creator_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "via",
            sa.Enum(
                "web",
                "mail",
                "job",
                "cli",
                "rule",
                "api",
                name="via",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_public_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "in_progress",
                "waiting_on_customer",
                "resolved",
                "closed",
                name="ticketstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("first_responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopen_count", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at is not null)", name=op.f("ck_tickets_closed_has_moment")
        ),
        sa.CheckConstraint(
            "(status in ('resolved', 'closed')) = (resolved_at is not null)",
            name=op.f("ck_tickets_settled_has_moment"),
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name=op.f("fk_tickets_assignee_id_users")),
        sa.ForeignKeyConstraint(["creator_id"], ["users.id"], name=op.f("fk_tickets_creator_id_users")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["tickets.id"], name=op.f("fk_tickets_merged_into_id_tickets")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_tickets_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(["requester_id"], ["users.id"], name=op.f("fk_tickets_requester_id_users")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_tickets_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("ticket_number", name=op.f("uq_tickets_ticket_number")),
    )
    op.create_index(op.f("ix_tickets_assignee_id"), "tickets", ["assignee_id"], unique=False)
    op.create_index(op.f("ix_tickets_creator_id"), "tickets", ["creator_id"], unique=False)
    op.create_index(
        "ix_tickets_deleted",
        "tickets",
        ["deleted_at"],
        unique=False,
        postgresql_where="deleted_at is not null",
    )
    op.create_index(op.f("ix_tickets_due_at"), "tickets", ["due_at"], unique=False)
    op.create_index(op.f("ix_tickets_last_activity_at"), "tickets", ["last_activity_at"], unique=False)
    op.create_index(op.f("ix_tickets_merged_into_id"), "tickets", ["merged_into_id"], unique=False)
    op.create_index(
        "ix_tickets_open_assignee",
        "tickets",
        ["assignee_id"],
        unique=False,
        postgresql_where="deleted_at is null and status in ('open', 'in_progress', 'waiting_on_customer')",
    )
    op.create_index(
        "ix_tickets_open_created",
        "tickets",
        ["created_at", "id"],
        unique=False,
        postgresql_where="deleted_at is null and status in ('open', 'in_progress', 'waiting_on_customer')",
    )
    op.create_index(
        "ix_tickets_open_due",
        "tickets",
        ["due_at", "id"],
        unique=False,
        postgresql_where="deleted_at is null and status in ('open', 'in_progress', 'waiting_on_customer')",
    )
    op.create_index(
        op.f("ix_tickets_organization_id_last_public_at"),
        "tickets",
        ["organization_id", "last_public_at"],
        unique=False,
    )
    op.create_index(op.f("ix_tickets_priority"), "tickets", ["priority"], unique=False)
    op.create_index(
        op.f("ix_tickets_requester_id_last_public_at"),
        "tickets",
        ["requester_id", "last_public_at"],
        unique=False,
    )
    op.create_index(op.f("ix_tickets_resolved_at"), "tickets", ["resolved_at"], unique=False)
    op.create_index(op.f("ix_tickets_status"), "tickets", ["status"], unique=False)
    op.create_index(op.f("ix_tickets_team_id"), "tickets", ["team_id"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("origin_ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_html", sa.Text(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("is_opening", sa.Boolean(), nullable=False),
        sa.Column(
            "via",
            sa.Enum(
                "web",
                "mail",
                "job",
                "cli",
                "rule",
                "api",
                name="via",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("not (is_opening and is_internal)", name=op.f("ck_comments_opening_is_public")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_comments_author_id_users")),
        sa.ForeignKeyConstraint(
            ["origin_ticket_id"], ["tickets.id"], name=op.f("fk_comments_origin_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_comments_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_author_id"), "comments", ["author_id"], unique=False)
    op.create_index(op.f("ix_comments_origin_ticket_id"), "comments", ["origin_ticket_id"], unique=False)
    op.create_index(
        op.f("ix_comments_ticket_id_created_at_id"),
        "comments",
        ["ticket_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_comments_opening", "comments", ["ticket_id"], unique=True, postgresql_where="is_opening"
    )
    op.create_table(
        "one_time_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "set_up",
                "confirm_email",
                "invitation",
                "reset_password",
                "magic_link",
                name="tokenpurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"], ["email_addresses.id"], name=op.f("fk_one_time_tokens_address_id_email_addresses")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_one_time_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_tokens_token_hash")),
    )
    op.create_index(op.f("ix_one_time_tokens_address_id"), "one_time_tokens", ["address_id"], unique=False)
    op.create_index(op.f("ix_one_time_tokens_expires_at"), "one_time_tokens", ["expires_at"], unique=False)
    op.create_index(op.f("ix_one_time_tokens_user_id"), "one_time_tokens", ["user_id"], unique=False)
    op.create_table(
        "ticket_links",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "relates_to",
                "duplicates",
                "parent_of",
                "follows_up",
                name="linkkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ticket_id <> other_id", name=op.f("ck_ticket_links_two_tickets")),
        sa.ForeignKeyConstraint(["other_id"], ["tickets.id"], name=op.f("fk_ticket_links_other_id_tickets")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_links_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_links")),
        sa.UniqueConstraint(
            "ticket_id", "other_id", "kind", name=op.f("uq_ticket_links_ticket_id_other_id_kind")
        ),
    )
    op.create_index(op.f("ix_ticket_links_other_id"), "ticket_links", ["other_id"], unique=False)
    op.create_table(
        "ticket_participants",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_participants_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ticket_participants_user_id_users")),
        sa.PrimaryKeyConstraint("ticket_id", "user_id", name=op.f("pk_ticket_participants")),
        comment="customers who may read and answer beside the requester",
    )
    op.create_index(op.f("ix_ticket_participants_user_id"), "ticket_participants", ["user_id"], unique=False)
    op.create_table(
        "ticket_tags",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_ticket_tags_tag_id_tags")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_tags_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", "tag_id", name=op.f("pk_ticket_tags")),
    )
    op.create_index(op.f("ix_ticket_tags_tag_id"), "ticket_tags", ["tag_id"], unique=False)
    op.create_table(
        "ticket_watchers",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_watchers_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ticket_watchers_user_id_users")),
        sa.PrimaryKeyConstraint("ticket_id", "user_id", name=op.f("pk_ticket_watchers")),
        comment="staff who follow silently",
    )
    op.create_index(op.f("ix_ticket_watchers_user_id"), "ticket_watchers", ["user_id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("is_inline", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_attachments_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name=op.f("fk_attachments_sha256_blobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attachments_public_id")),
    )
    op.create_index(op.f("ix_attachments_comment_id"), "attachments", ["comment_id"], unique=False)
    op.create_index(op.f("ix_attachments_sha256"), "attachments", ["sha256"], unique=False)
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "confirm_email",
                "already_registered",
                "invitation",
                "reset_password",
                "magic_link",
                "ticket_received",
                "ticket_answered",
                name="mailpurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("comment_id", sa.BigInteger(), nullable=True),
        sa.Column("send_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_outbox_messages_comment_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_outbox_messages_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_messages_message_id")),
    )
    op.create_index(op.f("ix_outbox_messages_comment_id"), "outbox_messages", ["comment_id"], unique=False)
    op.create_index(
        op.f("ix_outbox_messages_created_at_id"), "outbox_messages", ["created_at", "id"], unique=False
    )
    op.create_index(op.f("ix_outbox_messages_ticket_id"), "outbox_messages", ["ticket_id"], unique=False)
    op.create_table(
        "outbox_recipients",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "failed",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["email_addresses.id"],
            name=op.f("fk_outbox_recipients_address_id_email_addresses"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_messages.id"],
            name=op.f("fk_outbox_recipients_message_id_outbox_messages"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_outbox_recipients_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_recipients")),
    )
    op.create_index(
        op.f("ix_outbox_recipients_address_id"), "outbox_recipients", ["address_id"], unique=False
    )
    op.create_index(
        op.f("ix_outbox_recipients_message_id"), "outbox_recipients", ["message_id"], unique=False
    )
    op.create_index(op.f("ix_outbox_recipients_state"), "outbox_recipients", ["state"], unique=False)
    op.create_index(op.f("ix_outbox_recipients_user_id"), "outbox_recipients", ["user_id"], unique=False)
