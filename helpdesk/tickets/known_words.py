"""The words that occur in tickets: what somebody may have meant who mistyped one."""

from sqlalchemy import Select, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from helpdesk.core.db import db
from helpdesk.tickets.models import KnownWord

FEWEST_TICKETS = 3
"""A word of fewer is a name or a slip more often than what others look for."""
_SOURCE = """
(select to_tsvector('helpdesk_plain', title) from tickets where deleted_at is null order by id desc limit 100000)
union all
(select to_tsvector('helpdesk_plain', content) from comments where not is_internal order by id desc limit 30000)
"""


def learn_words() -> None:
    """Know the words of the latest titles and public messages, and forget those of before."""
    counted = func.ts_stat(literal(_SOURCE)).table_valued("word", "ndoc", "nentry")
    common = select(counted.c.word, counted.c.ndoc).where(
        counted.c.ndoc >= FEWEST_TICKETS,
        func.length(counted.c.word).between(4, 40),
        counted.c.word.op("~")("^[[:alpha:]]+$"),
    )
    db.session.execute(delete(KnownWord))
    db.session.execute(insert(KnownWord).from_select(["word", "ticket_count"], common))


def likely_meant(word: str) -> Select[str]:
    """The known word most like this one."""
    typed = word.lower()
    return (
        select(KnownWord.word)
        .where(KnownWord.word.op("%")(typed), KnownWord.word != typed)
        .order_by(func.similarity(KnownWord.word, typed).desc(), KnownWord.ticket_count.desc())
        .limit(1)
    )
