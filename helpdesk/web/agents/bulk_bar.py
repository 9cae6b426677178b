"""What the bar under a list offers for the tickets that are ticked there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from uuid import uuid4

from flask import g

from helpdesk.mail.policy import can_send_again_any
from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.tickets.policy import can_answer_any, can_change_any, can_delete_any
from helpdesk.web.agents.bulk_selection import BIN, Selection
from helpdesk.web.appearance import key_of

MOST_TAGS = 60  # proposed; any other may be typed
NOT_NAMES = ("me", "nobody", "mine", "none")

Option = tuple[str, str]
NONE: Mapping[str, Sequence[Option]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens menus of the bar, as who reads the page presses it; empty for who has no keys."""

    assign: str = ""
    status: str = ""
    priority: str = ""
    team: str = ""
    tags: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    """The deeds of the bar and what they choose from: all that their drawing is kept by."""

    is_bin: bool
    can_change: bool
    can_delete: bool
    can_write: bool
    has_lost: bool
    """Whether a ticket of the page has answers that did not arrive."""
    agents: tuple[Option, ...]
    teams: tuple[Option, ...]
    tags: tuple[str, ...]
    keys: Keys
    statuses: tuple[TicketStatus, ...] = tuple(TicketStatus)
    priorities: tuple[TicketPriority, ...] = tuple(TicketPriority)


@dataclass(frozen=True, slots=True)
class BulkBar:
    """`matching` is how many tickets the whole list has, None where nobody counted; `key` makes a deed single."""

    selection: Selection
    shown: int
    matching: int | None
    offers: Offers
    key: str

    @property
    def has_more(self) -> bool:
        """Whether tickets match that are not on the page."""
        return self.matching is None or self.matching > self.shown


def bulk_bar(
    selection: Selection,
    *,
    shown: int,
    matching: int | None,
    options: Mapping[str, Sequence[Option]] = NONE,
    has_lost: bool = False,
) -> BulkBar | None:
    """The bar; None for an empty page and for who may only read. `options` are those of the list's filter."""
    can_change, can_delete, can_write = (
        may(g.agent) for may in (can_change_any, can_delete_any, can_answer_any)
    )
    if not shown or not (can_change or can_delete or can_write):
        return None
    passed_over = {*NOT_NAMES, g.agent.email}
    offers = Offers(
        is_bin=selection.slug == BIN,
        can_change=can_change,
        can_delete=can_delete,
        can_write=can_write,
        has_lost=has_lost and can_send_again_any(g.agent),
        agents=tuple(each for each in options.get("assignee", ()) if each[0] not in passed_over),
        teams=tuple(each for each in options.get("team", ()) if each[0] not in NOT_NAMES),
        tags=tuple(value for value, _words in options.get("tag", ())[:MOST_TAGS]),
        keys=Keys(*(key_of(each.name) for each in fields(Keys))),
    )
    return BulkBar(selection=selection, shown=shown, matching=matching, offers=offers, key=str(uuid4()))
