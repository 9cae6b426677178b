"""The list of the kinds of letters: which of them have words of the desk's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.mail.models import MailPurpose, MailTemplate
from helpdesk.mail.templates import default_wording
from helpdesk.web.admin.list_order import Head
from helpdesk.web.admin.outbox_list import PURPOSES

SORTS = ("name", "words")


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of letter."""

    purpose: MailPurpose
    name: str
    subject: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class TemplatesList:
    """All of it: there are as many as there are purposes."""

    rows: Sequence[Row]
    words: str
    sort: str

    @property
    def state(self) -> dict[str, Any]:
        """What the address chooses: kept by every link and form beside it."""
        asked = {"q": self.words, "sort": self.sort if self.sort != SORTS[0] else ""}
        return {name: value for name, value in asked.items() if value}

    @property
    def fields(self) -> dict[str, Any]:
        """What the form of the search keeps."""
        return {name: value for name, value in self.state.items() if name != "q"}

    @property
    def heads(self) -> dict[str, Head]:
        """Of the columns it can be sorted by."""
        return {name: self._head(name) for name in SORTS}

    def _head(self, name: str) -> Head:
        is_current, is_turned = self.sort.removeprefix("-") == name, self.sort.startswith("-")
        target = f"-{name}" if is_current and not is_turned else name
        url = url_for("admin.templates.index", **{**self.state, "sort": target})
        return Head(url, ("descending" if is_turned else "ascending") if is_current else None)


def templates_list() -> TemplatesList:
    """What the address asks for. Costs one statement."""
    asked = request.args.get("sort", "")
    sort = asked if asked.removeprefix("-") in SORTS else SORTS[0]
    words = one_line(request.args.get("q", ""))
    own = {each.purpose: each for each in db.session.scalars(select(MailTemplate))}
    rows = [
        Row(
            purpose,
            str(name),
            own[purpose].subject if purpose in own else default_wording(purpose).subject,
            purpose in own,
        )
        for purpose, name in PURPOSES.items()
    ]
    found = [row for row in rows if words.casefold() in f"{row.name} {row.subject}".casefold()]
    found.sort(key=lambda row: row.name.casefold())
    if sort.removeprefix("-") == "words":
        found.sort(key=lambda row: not row.is_own)
    return TemplatesList(found[::-1] if sort.startswith("-") else found, words, sort)
