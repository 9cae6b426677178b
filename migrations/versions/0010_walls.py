"""Row-level security on every table but the queue of jobs, found in the catalogue; how often one searched."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What staff's roles were granted, they keep: the literal true costs them none of their indexes. A part of a table is
# reached through the whole: asked for by itself, it has no policy and shows nothing.
ENABLE = """do $$
declare found record; reader text;
begin
  for found in
    select c.oid, c.relname, c.relispartition from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and c.relowner = 'helpdesk_owner'::regrole
      and c.relname <> 'procrastinate_jobs' -- its errors have to name the row, and staff's role alone may touch it
    order by c.relname
  loop
    execute format('alter table %I enable row level security', found.relname);
    foreach reader in array array['helpdesk_auth', 'helpdesk_app', 'helpdesk_analytics'] loop
      if not found.relispartition
        and (has_any_column_privilege(reader, found.oid, 'select, insert, update')
          or has_table_privilege(reader, found.oid, 'delete'))
        and not exists (select 1 from pg_policy p where p.polrelid = found.oid and p.polname = reader)
      then
        execute format('create policy %I on %I to %I using (true)', reader, found.relname, reader);
      end if;
    end loop;
  end loop;
end $$"""
# back to what it was: security on the tables a customer reads, and on no other
DISABLE = """do $$
declare found record; policy record;
begin
  for found in
    select c.oid, c.relname from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and c.relowner = 'helpdesk_owner'::regrole and c.relrowsecurity
      and not exists (
        select 1 from pg_policy p where p.polrelid = c.oid and 'helpdesk_customer'::regrole = any (p.polroles)
      )
    order by c.relname
  loop
    for policy in select polname from pg_policy where polrelid = found.oid loop
      execute format('drop policy %I on %I', policy.polname, found.relname);
    end loop;
    execute format('alter table %I disable row level security', found.relname);
  end loop;
end $$"""


def upgrade() -> None:
    op.create_table(
        "request_rates",
        sa.Column("user_id", sa.BigInteger(), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind"),
        sa.CheckConstraint("kind in ('search', 'statistics')", name="costly"),
    )
    op.execute("grant select, insert, update on request_rates to helpdesk_app")
    op.execute(ENABLE)


def downgrade() -> None:
    op.execute(DISABLE)
    op.drop_table("request_rates")
