"""Which tickets of the bin a form or an address means: those that were ticked, or all that match its search."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, url_for
from sqlalchemy import Select
from werkzeug.datastructures import MultiDict

from helpdesk.core.lines import one_line
from helpdesk.tickets.bin import matching
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import deleted_for

MOST_TICKED = 100  # more than a page holds
_NUMBER = re.compile(r"[A-Z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class BinSelection:
    """Numbers, or all of what a search finds. Nothing at all where nothing was ticked."""

    numbers: Sequence[str] = ()
    is_all: bool = False
    words: str = ""

    @property
    def tickets(self) -> Select[Ticket]:
        """As far as this person may see them: others are as absent as those that do not exist."""
        if self.is_all:
            return matching(deleted_for(g.agent), self.words)
        return deleted_for(g.agent).where(Ticket.ticket_number.in_(self.numbers))

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What the hidden fields of a form say of it."""
        if self.is_all:
            return [("all", "1"), *([("q", self.words)] if self.words else [])]
        return [("number", number) for number in self.numbers]

    @property
    def list_url(self) -> str:
        """Back to the list it was chosen from."""
        return url_for("admin.bin.index", q=self.words or None)


def selection_in(sent: MultiDict[str, str]) -> BinSelection:
    """What a form or an address means."""
    typed = (number.strip().upper() for number in sent.getlist("number"))
    return BinSelection(
        numbers=[number for number in dict.fromkeys(typed) if _NUMBER.fullmatch(number)][:MOST_TICKED],
        is_all=sent.get("all") == "1",
        words=one_line(sent.get("q", "")),
    )
