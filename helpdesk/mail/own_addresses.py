"""Our own addresses: mail from them is our own, nobody can have one of them, no answer goes there."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, select

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.core.db import db
from helpdesk.mail.models import Mailbox


def own_addresses() -> frozenset[str]:
    """The keys of every mailbox's address and of its aliases, switched off or not. Costs one statement."""
    rows = db.session.execute(select(Mailbox.address_key, Mailbox.aliases))
    return frozenset(key for address, aliases in rows for key in (address, *aliases))


@cache
def every_own_address() -> ColumnElement[Any]:
    """The same as one JSON column, for statements that ask for more."""
    keys = select(
        func.unnest(func.array_append(Mailbox.aliases, Mailbox.address_key)).label("each")
    ).subquery()
    listed = func.coalesce(func.jsonb_agg(keys.c.each), func.jsonb_build_array())
    return select(listed).select_from(keys).scalar_subquery()


def is_own(address: str, own: Collection[str]) -> bool:
    """Whether an address, however it is spelled and whatever stands behind its plus, is among these keys."""
    try:
        key = email_key(address)
    except NotAnAddress:
        return False
    local, _, domain = key.rpartition("@")
    return key in own or f"{local.partition('+')[0]}@{domain}" in own
