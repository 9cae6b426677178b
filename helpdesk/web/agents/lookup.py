"""The ticket an address names: one this agent may see; any other is the same 404 as one that does not exist."""

import re

from flask import abort, g
from sqlalchemy import Select

from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import deleted_for, numbered, tickets_for

PREFIX = "HD"
_NUMBER = re.compile(rf"(?:{PREFIX}-?)?([0-9]{{1,18}})", re.IGNORECASE)


def number_in(text: str) -> str | None:
    """The ticket number somebody meant: HD-42, hd42, 42, #42. None where it cannot be one."""
    found = _NUMBER.fullmatch(text.strip().removeprefix("#"))
    return f"{PREFIX}-{int(found.group(1))}" if found else None


def ticket_or_404(number: str) -> Ticket:
    return _one(tickets_for(g.agent), number)


def deleted_or_404(number: str) -> Ticket:
    """A ticket in the bin."""
    return _one(deleted_for(g.agent), number)


def _one(tickets: Select[Ticket], number: str) -> Ticket:
    meant = number_in(number)
    if meant is None:
        abort(404)
    found: Ticket = db.one_or_404(numbered(tickets, meant))
    return found
