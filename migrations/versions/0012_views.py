"""Saved views, who pinned which, and since when customers wait for an answer."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

IGNORED = "-- squawk-ignore "
WORDS = (
    *("see_every_ticket", "see_team_tickets", "answer_tickets", "change_tickets", "delete_tickets"),
    *("manage_people", "manage_desk", "read_audit", "impersonate"),
)
NEW_WORD = "manage_shared_views"
OPEN = "deleted_at is null and status in ('open', 'in_progress', 'waiting_on_customer')"
# Of open tickets alone: the first words of the customer after the last answer, or the first of all. A desk has few
# open ones; each is looked up in the index of its comments.
WAITS = f"""update tickets set unanswered_since = (
    select min(c.published_at) from comments c join users u on u.id = c.author_id
    where c.ticket_id = tickets.id and not c.is_internal and c.published_at is not null
      and (not u.is_staff or c.is_opening)
      and c.published_at > coalesce((
        select max(a.published_at) from comments a join users s on s.id = a.author_id
        where a.ticket_id = tickets.id and not a.is_internal and a.published_at is not null
          and s.is_staff and not a.is_opening), '-infinity'))
where {OPEN}"""


def upgrade() -> None:
    allow((*WORDS[:5], NEW_WORD, *WORDS[5:]))
    op.execute(
        f"""insert into role_permissions (role_id, permission)
        select id, '{NEW_WORD}' from roles where is_built_in and name = 'Administrator'"""
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger()),
        sa.Column("team_id", sa.BigInteger()),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("grouping", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug", name="uq_saved_views_slug"),
        sa.CheckConstraint("owner_id is null or team_id is null", name="one_audience"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"]),
    )
    op.create_index("ix_saved_views_owner_id", "saved_views", ["owner_id"])
    op.create_index("ix_saved_views_team_id", "saved_views", ["team_id"])
    op.create_table(
        "view_pins",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("view_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "view_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["view_id"], ["saved_views.id"], ondelete="CASCADE"),
        comment="views that somebody has beside their pages, in their own order",
    )
    op.create_index("ix_view_pins_view_id", "view_pins", ["view_id"])
    for table in ("saved_views", "view_pins"):
        op.execute(f"grant select, insert, update, delete on {table} to helpdesk_app")
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"create policy helpdesk_app on {table} to helpdesk_app using (true)")
    op.add_column("tickets", sa.Column("unanswered_since", sa.DateTime(timezone=True)))
    op.execute(WAITS)
    with op.get_context().autocommit_block():
        # how many open tickets a team has, up to a cap: an index-only walk of that team's open ones, where the index
        # of all tickets by team would read its closed ones as well
        op.create_index(
            "ix_tickets_open_team",
            "tickets",
            ["team_id"],
            postgresql_where=OPEN,
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    op.drop_index("ix_tickets_open_team", "tickets")
    op.drop_column("tickets", "unanswered_since")
    op.drop_table("view_pins")
    op.drop_table("saved_views")
    op.execute(f"delete from role_permissions where permission = '{NEW_WORD}'")
    allow(WORDS)


def allow(words: Sequence[str]) -> None:
    """Replace the check by another one; a desk has few roles to look through."""
    listed = ", ".join(f"'{word}'" for word in words)
    name = "ck_role_permissions_permission"
    op.execute(f"{IGNORED}ban-drop-constraint\nalter table role_permissions drop constraint {name}")
    op.execute(
        f"{IGNORED}constraint-missing-not-valid\n"
        f"alter table role_permissions add constraint {name} check (permission in ({listed}))"
    )
