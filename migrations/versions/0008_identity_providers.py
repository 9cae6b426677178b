"""Signing in by OpenID Connect: providers, and whom they know."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "identity_providers",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "issuer", "client_id")),
        sa.Column("client_secret", sa.Text()),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(32), nullable=False),
        sa.Column("domains", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("creates_accounts", sa.Boolean(), nullable=False),
        sa.Column("role_claim", sa.Text(), nullable=False),
        sa.Column("role_names", postgresql.JSONB(), nullable=False),
        sa.Column("gives_administration", sa.Boolean(), nullable=False),
        sa.Column("gives_second_factor", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("audience in ('staff', 'customers')", name="audience"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_providers"),
    )
    op.create_table(
        "provider_identities",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_provider_identities"),
        sa.UniqueConstraint("provider_id", "subject", name="uq_provider_identities_provider_id_subject"),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["identity_providers.id"],
            name="fk_provider_identities_provider_id_identity_providers",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_provider_identities_user_id_users"),
    )
    # the table is new and empty: nobody waits
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        "create index ix_provider_identities_user_id on provider_identities (user_id)"
    )
    # the page with the buttons
    op.execute("grant select (id, name, is_active) on identity_providers to helpdesk_auth")
    for table in ("identity_providers", "provider_identities"):
        op.execute(f"grant select, insert, update, delete on {table} to helpdesk_app")


def downgrade() -> None:
    op.drop_table("provider_identities")
    op.drop_table("identity_providers")
