"""Which organization the reader belongs to, or is asked to join: for the navigation and the pages about it."""

from dataclasses import dataclass

from flask import g
from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.accounts.policy import can_manage_colleagues
from helpdesk.core.db import db
from helpdesk.tickets.requests import name_of_organization, organization_id


@dataclass(frozen=True, slots=True)
class Call:
    """An organization asks the reader to join it."""

    organization: str
    organization_id: int


def has_organization_pages(person: User) -> bool:
    """Whether there is anything to see: requests that are shared, or colleagues to invite."""
    return person.shared_organization_id is not None or can_manage_colleagues(person)


def learn_name(name: str | None) -> None:
    """A statement of the view brought the name along (requests.name_of_organization): it need not be asked for."""
    g.organization_name = name or ""


def organization_name() -> str:
    """The reader's organization, or the one that asks them to join; "" without. Costs a statement at most once."""
    if "organization_name" not in g:
        learn_name(db.session.scalar(select(name_of_organization(organization_id(g.customer)))))
    return str(g.organization_name)


def open_call() -> Call | None:
    """The invitation the reader has still to answer."""
    person: User = g.customer
    if person.organization_id is not None or person.invited_to_id is None:
        return None
    return Call(organization_name(), person.invited_to_id)
