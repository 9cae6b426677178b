"""The names behind the ids of audit rows: people, teams, tickets and the rest, all in one statement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    SQLColumnExpression,
    Text,
    any_,
    bindparam,
    cast,
    false,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import EmailAddress, Organization, Role, Team, User
from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db
from helpdesk.identity.providers import IdentityProvider
from helpdesk.mail.models import BlockedSender, Mailbox, MailTemplate
from helpdesk.queues.models import SavedView
from helpdesk.settings.models import Setting
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.web.languages import gettext as _

# In which table the id of a field lives; the names of relations stand for lists of ids.
TABLE_OF_FIELD: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("requester_id", "creator_id", "assignee_id", "owner_id", "author_id", "user_id", "link_for"),
            *("created_by_id", "released_by_id"),
        ),
        "users",
    ),
    **dict.fromkeys(("watchers", "participants", "members"), "users"),
    **dict.fromkeys(("ticket_id", "origin_ticket_id", "other_id", "merged_into_id"), "tickets"),
    "merged_from": "users",
    "team_id": "teams",
    **dict.fromkeys(("organization_id", "invited_to_id"), "organizations"),
    "role_id": "roles",
    "address_id": "email_addresses",
    "mailbox_id": "mailboxes",
    "provider_id": "identity_providers",
}

NAMING = ("ticket_number", "name", "full_name", "email", "filename", "value", "purpose")
"""Fields that say what an object is called."""

_Names = Mapping[tuple[str, int], str]


class Names:
    """What to call the object behind a table and an id."""

    def __init__(self, found: _Names) -> None:
        self._found = found

    def of(self, table: str, record_id: int | None) -> str:
        """The name, or that it is gone; "" for no object."""
        if record_id is None:
            return ""
        if (table, record_id) not in self._found:
            return _("Somebody") if table == "users" else _("one that is gone")
        return self._found[table, record_id] or _("Somebody")

    def knows(self, table: str, record_id: int | None) -> bool:
        """Whether the object is still there."""
        return (table, record_id) in self._found

    def actor(self, row: AuditLog) -> str:
        """Who did it."""
        return self.of("users", row.user_id) or _("Somebody not signed in")

    def about(self, row: AuditLog) -> str:
        """What it was done to: the ticket, for everything that belongs to one. What is gone, as it was called."""
        place = ("tickets", row.ticket_id) if row.ticket_id is not None else (row.table_name, row.record_id)
        if place not in self._found:
            return _own_name(row)
        return self.of(*place)


def names_in(rows: Iterable[AuditLog]) -> Names:
    """The names of everybody and everything these rows speak of. Costs one statement."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        for table, record_id in _mentioned(row):
            wanted[table].add(record_id)
    tables = tuple(table for table, ids in sorted(wanted.items()) if ids and table in _sources())
    if not tables:
        return Names({})
    found = db.session.execute(_named(tables), {table: sorted(wanted[table]) for table in tables})
    return Names({(table, record_id): name for table, record_id, name in found})


def _own_name(row: AuditLog) -> str:
    """What the row itself calls its object: all there is where the object does not exist any more."""
    values = (value for field in NAMING for value in row.changes.get(field, ()))
    return next((value for value in values if isinstance(value, str) and value), "")


def _mentioned(row: AuditLog) -> Iterable[tuple[str, int]]:
    if row.user_id is not None:
        yield "users", row.user_id
    if row.ticket_id is not None:
        yield "tickets", row.ticket_id
    else:
        yield row.table_name, row.record_id
    for field, values in row.changes.items():
        if field in TABLE_OF_FIELD:
            for record_id in _ids(values):
                yield table_of(row, field), record_id


def table_of(row: AuditLog, field: str) -> str:
    """Where the ids of a row's field live: people are merged into people."""
    is_person = row.table_name == "users" and field == "merged_into_id"
    return "users" if is_person else TABLE_OF_FIELD[field]


def _ids(values: Sequence[Any]) -> Iterable[int]:
    for value in values:
        yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, int))


_Source = tuple[SQLColumnExpression[int], SQLColumnExpression[str]]


@cache
def _sources() -> Mapping[str, _Source]:
    return {
        "users": (User.id, func.coalesce(func.nullif(User.full_name, ""), User.email, "")),
        "teams": (Team.id, Team.name),
        "organizations": (Organization.id, Organization.name),
        "roles": (Role.id, Role.name),
        "tickets": (Ticket.id, Ticket.ticket_number),
        "identity_providers": (IdentityProvider.id, IdentityProvider.name),
        "tags": (Tag.id, Tag.name),
        "settings": (Setting.id, Setting.name),
        "email_addresses": (EmailAddress.id, EmailAddress.email),
        "mailboxes": (Mailbox.id, Mailbox.name),
        "blocked_senders": (BlockedSender.id, BlockedSender.value),
        "saved_views": (SavedView.id, SavedView.name),
        "mail_templates": (MailTemplate.id, cast(MailTemplate.purpose, Text())),
    }


def ids_called(table: str, text: str) -> Select[int]:
    """The ids of the objects of one kind in whose name the text occurs; of people, in their addresses as well."""
    if table == "users":
        return accounts.matching(accounts.people(), text).with_only_columns(User.id)
    if table not in _sources():
        return select(literal(0)).where(false())
    record_id, name = _sources()[table]
    return select(record_id).where(name.icontains(text, autoescape=True))


@cache
def _named(tables: Sequence[str]) -> CompoundSelect[str, int, str]:
    """Of these tables, by whose names it is given the ids. They go as one value each, so that the statement stays the
    same however many there are.
    """
    return union_all(*(_names_of(table, *_sources()[table]) for table in tables))


def _names_of(table: str, record_id: SQLColumnExpression[int], name: Any) -> Select[str, int, str]:
    ids: ColumnElement[Any] = bindparam(table, type_=ARRAY(BigInteger()))
    return select(literal(table, Text()), record_id, name).where(record_id == any_(ids))
