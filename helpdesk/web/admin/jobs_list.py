"""The list of jobs: what is chosen of it by the address, its rows, its counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString
from sqlalchemy import Row

from helpdesk.background import queries
from helpdesk.background.jobs import known
from helpdesk.background.tables import queued
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import Key, KeysetPage, keyset_page
from helpdesk.web.admin.list_order import Head, ListOrder, asked_order
from helpdesk.web.languages import gettext as _

PAGE_SIZE = 50
FAILED = "failed"
STATES: Mapping[str, tuple[LazyString, Sequence[str]]] = {
    FAILED: (lazy("Failed"), ("failed",)),
    "waiting": (lazy("Waiting"), ("todo",)),
    "running": (lazy("Running"), ("doing",)),
    "done": (lazy("Done"), ("succeeded",)),
    "discarded": (lazy("Discarded"), ("cancelled", "aborting", "aborted")),
}
"""What the address calls it, what people call it, and the queue's own words. Those that failed need somebody."""
WORDS: Mapping[str, LazyString] = {status: words for words, those in STATES.values() for status in those}
ORDERS = {
    "latest": (Key(queued.c.id, descending=True),),
    "job": (Key(queued.c.task_name), Key(queued.c.id, descending=True)),
    "tries": (Key(queued.c.attempts, descending=True), Key(queued.c.id, descending=True)),
}


@dataclass(frozen=True, slots=True)
class JobsList:
    """One page of jobs and how it was asked for; `queue` is the state of all of them together."""

    show: str
    kind: str
    words: str
    order: ListOrder
    page: KeysetPage[Any]
    queue: Row[Any]

    @property
    def state(self) -> dict[str, Any]:
        """What the address chooses: kept by every link and form beside it."""
        values = {"show": self.show, "kind": self.kind, "q": self.words, "sort": self.order.sort}
        return {name: value for name, value in values.items() if value and value != FAILED}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.words)

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The choices above the list. What is over only grows, so it is not counted."""
        counts = {FAILED: self.queue.failed, "waiting": self.queue.waiting, "running": self.queue.running}
        return [
            {
                "label": str(words),
                "url": self.beside(show=show if show != FAILED else None),
                "is_current": show == self.show,
                "count": counts.get(show),
            }
            for show, (words, _statuses) in STATES.items()
        ]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """What the select offers: every job this program has, and those it no longer has that failed."""
        names = sorted({*known, *self.queue.kinds, *([self.kind] if self.kind else [])})
        return [("", _("Every job")), *((name, name) for name in names)]

    @property
    def heads(self) -> dict[str, Head]:
        return self.order.heads(lambda sort: self.beside(sort=sort))

    def beside(self, **changes: str | None) -> str:
        """The address of a list next to this one."""
        kept: dict[str, Any] = {**self.state, **changes}
        return url_for("admin.jobs.index", **{name: value for name, value in kept.items() if value})


def jobs_list() -> JobsList:
    """What the address asks for. Costs two statements."""
    asked = {name: one_line(request.args.get(name, "")) for name in ("show", "kind", "q")}
    show = asked["show"] if asked["show"] in STATES else FAILED
    order = asked_order(ORDERS)
    rows = queries.jobs().where(queued.c.status.in_(STATES[show][1]))
    if asked["kind"]:
        rows = rows.where(queued.c.task_name == asked["kind"])
    if asked["q"]:
        rows = queries.mentioning(rows, asked["q"])
    queue = db.session.execute(queries.queue_state().add_columns(queries.failed_kinds().label("kinds"))).one()
    marks = {name: request.args.get(name) for name in ("after", "before")}
    page = keyset_page(rows, order.keys, size=PAGE_SIZE, **marks)
    return JobsList(show, asked["kind"], asked["q"], order, page, queue)
