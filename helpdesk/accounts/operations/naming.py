"""The names of organizations, teams and roles: there, on one line, and given once."""

from typing import Any

from sqlalchemy import func, select

from helpdesk.accounts.models import Organization, Role, Team
from helpdesk.accounts.names import BadName, clean_name
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict
from helpdesk.core.html import clean_text

LONGEST_DESCRIPTION = 2_000
WORDS_OF_QUERIES = frozenset({"none", "mine"})
"""What `team:` and `org:` understand by themselves: something called so could never be asked for."""


class NameTaken(Conflict):
    """Another one is called so already."""


class DescriptionTooLong(BadName):
    """More than a description says."""


def clean_label(text: str) -> str:
    """A name that is there. Raises BadName."""
    name = clean_name(text)
    if not name:
        raise BadName("Give it a name.")
    if name.lower() in WORDS_OF_QUERIES:
        raise BadName(f"“{name}” already means something in searches. Choose another name.")
    return name


def clean_description(text: str) -> str:
    """Raises DescriptionTooLong."""
    description = clean_text(text).replace("\r\n", "\n").strip()
    if len(description) > LONGEST_DESCRIPTION:
        raise DescriptionTooLong(f"A description may have {LONGEST_DESCRIPTION:,} characters at most.")
    return description


def refuse_second(model: type[Organization | Team | Role], name: str, *, beside: int | None = None) -> None:
    """Raise NameTaken where another row than the one with the id `beside` is called so, in any case.

    Of two who give one name at once the second waits here, and is refused.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"names of {model.__tablename__}"))))
    called_so: Any = select(model.id).where(
        func.lower(model.name) == func.lower(name), model.id != (beside or 0)
    )
    if db.session.scalar(called_so) is not None:
        raise NameTaken(f"“{name}” is there already. Choose another name.")
