"""What is kept of an exception: enough to repair it, without the values it was about."""

import re
import traceback
from collections.abc import Iterator

from psycopg import Error as PsycopgError
from sqlalchemy.exc import DBAPIError

from helpdesk.core.html import clean_text

LONGEST_LINE = 500
LONGEST_TRACE = 20_000
_PASSWORD_IN_URL = re.compile(r"(\w+://[^\s:/@]*:)[^\s@]+@")


def one_line(error: BaseException) -> str:
    """Kind and message, for a list. A statement's parameters and a row's values stay out of it."""
    return _shortened(f"{type(error).__name__}: {_message(error)}".removesuffix(": "))


def trace(error: BaseException) -> str:
    """Every exception of the chain with its frames, the cause first."""
    parts = [
        "".join(traceback.format_tb(each.__traceback__)) + one_line(each)
        for each in reversed(list(_chain(error)))
    ]
    return clean_text("\n\n".join(parts))[-LONGEST_TRACE:]


def _message(error: BaseException) -> str:
    if isinstance(error, DBAPIError):  # its own text carries the parameters
        return _message(error.orig) if error.orig else ""
    if isinstance(error, PsycopgError) and error.diag.message_primary:
        return error.diag.message_primary  # the detail carries the row
    return _PASSWORD_IN_URL.sub(r"\1•••@", str(error))


def _shortened(text: str) -> str:
    line = " ".join(clean_text(text).split())
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
