"""Whom somebody may have meant who mistyped a name or an address: people spelled alike, of those they may know of."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, func, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.tickets.people import people_for

ALIKE = 0.2
"""Share of the groups of three letters that two spellings have in common: “Jonh Smiht” and “John Smith” have 0.29."""
MOSTLY = 0.7
"""Share of the letters that both have in the same order, before one is taken for the other: there it is 0.8."""
SHORTEST = 4
"""Fewer letters are like too much."""
MOST = 2_000
"""Candidates that PostgreSQL compares, however many are called alike."""
LIKELIEST = 20
"""Of these the letters are compared."""


def may_be_alike() -> Select[str]:
    """For the transaction: what PostgreSQL's operator takes for alike. Asked before `likely_people`."""
    return select(func.set_config("pg_trgm.similarity_threshold", str(ALIKE), True, type_=Text()))


def likely_people(typed: str, user: User) -> Select[str] | None:
    """Names like what was typed, or addresses where that has an @; None where it says too little.

    Costs a look into an index of trigrams and MOST rows at most. What is spelled just so is no answer.
    """
    if len(typed) < SHORTEST:
        return None
    known = people_for(user)
    if "@" in typed:
        spelled: Any = EmailAddress.email
        known = known.join(EmailAddress, EmailAddress.user_id == User.id).where(~EmailAddress.is_claim)
    else:
        spelled = User.full_name
    is_other: ColumnElement[bool] = func.lower(spelled) != typed.lower()
    alike = known.where(spelled.op("%")(typed), is_other).with_only_columns(spelled.label("spelled"))
    # planned as if all were wanted: for a few, PostgreSQL would rather read the table
    found = alike.cte("alike").prefix_with("MATERIALIZED", dialect="postgresql")
    compared = found.select().limit(MOST).subquery()
    return (
        select(compared.c.spelled)
        .group_by(compared.c.spelled)
        .order_by(func.similarity(compared.c.spelled, typed).desc(), func.lower(compared.c.spelled))
        .limit(LIKELIEST)
    )


def most_like(typed: str, spellings: Iterable[str]) -> str | None:
    """The one of these with the most letters in the same order; None where that is less than MOSTLY."""
    compared = [(SequenceMatcher(None, typed.lower(), each.lower()).ratio(), each) for each in spellings]
    share, likeliest = max(compared, key=lambda one: one[0], default=(0.0, ""))
    return likeliest if share >= MOSTLY else None
