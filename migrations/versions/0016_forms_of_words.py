"""Forms of words: texts may be searched in a language. As they were before, until the desk chooses one."""

from collections.abc import Sequence

from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEGINNING = r"""create or replace function helpdesk_beginning(typed text) returns tsquery language sql immutable
parallel safe as $$
  select to_tsquery('helpdesk_words', '''' || replace(replace(typed, '\', '\\'), '''', '''''') || ''':*')
$$"""


def upgrade() -> None:
    op.execute("create text search configuration helpdesk_plain (copy = simple)")
    op.execute(
        "alter text search configuration helpdesk_plain "
        "alter mapping for hword, hword_part, word with unaccent, simple"
    )
    op.execute(BEGINNING.replace(":", r"\:"))


def downgrade() -> None:
    op.execute("drop function helpdesk_beginning(text)")
    op.execute("drop text search configuration helpdesk_plain")
