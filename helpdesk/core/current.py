"""Who acts right now, through which door, and as which database role. Set by a doorway, read by audit and database."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import uuid4


class Via(StrEnum):
    """The door through which a change came in."""

    WEB = "web"
    MAIL = "mail"
    JOB = "job"
    CLI = "cli"
    RULE = "rule"
    API = "api"
    PHONE = "phone"
    WALK_IN = "walk_in"


class DatabaseRole(StrEnum):
    """The PostgreSQL role a transaction runs under."""

    OWNER = "helpdesk_owner"
    AUTH = "helpdesk_auth"
    APP = "helpdesk_app"
    CUSTOMER = "helpdesk_customer"
    ANALYTICS = "helpdesk_analytics"


@dataclass(frozen=True, slots=True)
class Entry:
    """One way in: a request, a job or a command. `user_id` acts; `ticket_id` is the one ticket of a mailed link.

    `impersonator_id` is the administrator who looks at the desk as `user_id`: what they do bears both names.
    """

    via: Via
    role: DatabaseRole
    request_id: str
    user_id: int | None = None
    ticket_id: int | None = None
    ip: str | None = None
    impersonator_id: int | None = None


class NobodyEntered(RuntimeError):
    """The database was asked outside of any request, job or command: a mistake in the program."""


_entry: ContextVar[Entry | None] = ContextVar("helpdesk_entry", default=None)


def entry() -> Entry:
    """The current entry. Raises NobodyEntered outside of `entering`."""
    found = _entry.get()
    if found is None:
        raise NobodyEntered("use core.current.entering(...) around what touches the database")
    return found


def maybe_entry() -> Entry | None:
    """The current entry, or None outside of any."""
    return _entry.get()


@contextmanager
def entering(
    via: Via,
    *,
    role: DatabaseRole = DatabaseRole.APP,
    user_id: int | None = None,
    request_id: str | None = None,
    ip: str | None = None,
) -> Iterator[Entry]:
    """Open a way in for the length of the block. The next transaction runs as `role` with `user_id` as actor."""
    opened = Entry(via=via, role=role, user_id=user_id, request_id=request_id or uuid4().hex, ip=ip)
    token = _entry.set(opened)
    try:
        yield opened
    finally:
        _entry.reset(token)


def begin(opened: Entry) -> None:
    """Open a way in without a block, for servers that tell start and end apart. Ended by `end`."""
    _entry.set(opened)


def end() -> None:
    """Close what `begin` opened."""
    _entry.set(None)


def change(**changes: Any) -> Entry:
    """Replace parts of the current entry (role, user_id, …). The database learns of it through core.row_security."""
    changed = replace(entry(), **changes)
    _entry.set(changed)
    return changed


SYSTEM_USER_ID = 1  # the person of the first migration who acts where nobody does
