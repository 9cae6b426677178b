"""Roles that administrators make, and what of the tickets each of them sees."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


IGNORED = "-- squawk-ignore "
READ_ONLY = "Read only"
WORDS = (
    *("see_every_ticket", "answer_tickets", "change_tickets", "delete_tickets"),
    *("manage_people", "manage_desk", "read_audit"),
)
NEW_WORDS = ("see_team_tickets", "impersonate")


def upgrade() -> None:
    op.add_column("roles", sa.Column("description", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "roles", sa.Column("needs_second_factor", sa.Boolean(), nullable=False, server_default="false")
    )
    allow((WORDS[0], NEW_WORDS[0], *WORDS[1:], NEW_WORDS[1]))
    # so far everybody saw the tickets of their teams
    op.execute("insert into role_permissions (role_id, permission) select id, 'see_team_tickets' from roles")
    op.execute(
        """insert into role_permissions (role_id, permission)
        select id, 'impersonate' from roles where is_built_in and name = 'Administrator'"""
    )
    op.execute(f"{IGNORED}ban-drop-constraint\nalter table roles drop constraint uq_roles_name")
    with op.get_context().autocommit_block():
        op.execute("drop index concurrently if exists uq_roles_name")
        op.execute("create unique index concurrently uq_roles_name on roles (lower(name))")
    op.execute(
        f"""with made as (
            insert into roles (name, is_built_in, created_at, updated_at)
            values ('{READ_ONLY}', true, now(), now()) on conflict do nothing returning id)
        insert into role_permissions (role_id, permission)
        select made.id, given.permission
        from made, (values ('see_every_ticket'), ('see_team_tickets')) as given (permission)"""
    )


def downgrade() -> None:
    op.execute(f"delete from role_permissions where permission in {NEW_WORDS}")
    # who has the role keeps it: the older program knows roles of any name
    used = "select role_id from users where role_id is not null"
    unused = f"select id from roles where name = '{READ_ONLY}' and id not in ({used})"
    op.execute(f"delete from role_permissions where role_id in ({unused})")
    op.execute(f"delete from roles where id in ({unused})")
    allow(WORDS)
    op.drop_index("uq_roles_name", "roles")
    op.create_unique_constraint("uq_roles_name", "roles", ["name"])
    op.drop_column("roles", "needs_second_factor")
    op.drop_column("roles", "description")


def allow(words: Sequence[str]) -> None:
    """Replace the check by another one; a desk has few roles to look through."""
    listed = ", ".join(f"'{word}'" for word in words)
    name = "ck_role_permissions_permission"
    op.execute(f"{IGNORED}ban-drop-constraint\nalter table role_permissions drop constraint {name}")
    op.execute(
        f"{IGNORED}constraint-missing-not-valid\n"
        f"alter table role_permissions add constraint {name} check (permission in ({listed}))"
    )
