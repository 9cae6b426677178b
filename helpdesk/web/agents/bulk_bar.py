"""What the bar under a list offers for the tickets that are ticked there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import uuid4

from flask import g

from helpdesk.mail.policy import can_send_again_any
from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.tickets.policy import can_change_any, can_delete_any
from helpdesk.web.agents.bulk_selection import BIN, Selection

MOST_TAGS = 60  # proposed; any other may be typed
NOT_NAMES = ("me", "nobody", "mine", "none")

Option = tuple[str, str]
NONE: Mapping[str, Sequence[Option]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class BulkBar:
    """`matching` is how many tickets the whole list has, None where nobody counted; `key` makes a deed single."""

    selection: Selection
    shown: int
    matching: int | None
    can_change: bool
    can_delete: bool
    agents: Sequence[Option]
    teams: Sequence[Option]
    tags: Sequence[str]
    key: str
    has_lost: bool = False
    """Whether a ticket of the page has answers that did not arrive."""
    statuses: Sequence[str] = tuple(TicketStatus)
    priorities: Sequence[str] = tuple(TicketPriority)

    @property
    def has_more(self) -> bool:
        """Whether tickets match that are not on the page."""
        return self.matching is None or self.matching > self.shown

    @property
    def is_bin(self) -> bool:
        return self.selection.slug == BIN


def bulk_bar(
    selection: Selection,
    *,
    shown: int,
    matching: int | None,
    options: Mapping[str, Sequence[Option]] = NONE,
    has_lost: bool = False,
) -> BulkBar | None:
    """The bar; None for an empty page and for who may change no ticket. `options` are those of the list's filter."""
    can_change, can_delete = can_change_any(g.agent), can_delete_any(g.agent)
    if not shown or not (can_change or can_delete):
        return None
    return BulkBar(
        selection=selection,
        shown=shown,
        matching=matching,
        can_change=can_change,
        can_delete=can_delete,
        agents=[each for each in options.get("assignee", ()) if each[0] not in (*NOT_NAMES, g.agent.email)],
        teams=[each for each in options.get("team", ()) if each[0] not in NOT_NAMES],
        tags=[value for value, _words in options.get("tag", ())][:MOST_TAGS],
        key=str(uuid4()),
        has_lost=has_lost and can_send_again_any(g.agent),
    )
