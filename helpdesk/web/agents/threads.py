"""The conversation of a ticket as agents read it, and its history: rows become what the components show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import Row

from helpdesk.audit.models import AuditLog
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.timeline import events_among, woven
from helpdesk.web.audit_sentences import Told
from helpdesk.web.filters import person_tone
from helpdesk.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Message:
    """A message, as components/message.html takes it."""

    kind: str
    id: str
    name: str
    tone: str
    route: str
    moment: datetime
    body: Markup
    files: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Happening:
    """What was changed between two messages, as components/event.html takes it."""

    sentence: Markup
    moment: datetime
    details: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of the history."""

    who: str
    sentence: str
    moment: datetime


def anchor(position: int) -> str:
    """What the address of a message ends with."""
    return f"comment-{position}"


def thread_of(
    ticket: Ticket, messages: Sequence[Row[Any]], changes: Sequence[AuditLog], told: Sequence[Told]
) -> list[Message | Happening]:
    """Messages and what happened between them, oldest first. `changes` and `told` go together, newest first."""
    words = {each.row.id: each for each in told}
    return [
        _happening([words[row.id] for row in part]) if isinstance(part, list) else _message(part, ticket)
        for part in woven(messages, events_among(changes))
    ]


def history_of(told: Sequence[Told]) -> list[Passage]:
    """Every change as a sentence, newest first; what one deed changed stands together."""
    deeds = groupby(told, key=lambda each: (each.row.request_id, each.row.user_id))
    return [_passage(list(deed)[::-1]) for _key, deed in deeds]


def _passage(deed: Sequence[Told]) -> Passage:
    loud = [each.did for each in deed if not _repeats(each.row)] or [deed[-1].did]
    return Passage(who=deed[-1].who, sentence="; ".join(loud), moment=deed[-1].moment)


def _repeats(row: AuditLog) -> bool:
    """The opening message: that the ticket was opened says it."""
    return row.table_name == "comments" and row.changes.get("is_opening") == [None, True]


def _message(found: Row[Any], ticket: Ticket) -> Message:
    kind = (
        "note" if found.is_internal else "reply" if found.is_by_staff and not found.is_opening else "customer"
    )
    return Message(
        kind=kind,
        id=anchor(found.position),
        name=found.author or _("Somebody"),
        tone=person_tone(found.author_id),
        route=_route(kind, found, ticket),
        moment=found.created_at,
        body=Markup(found.content_html),  # noqa: S704 — sanitised when it was written
        files=[_file(each) for each in found.files],
    )


def _route(kind: str, found: Row[Any], ticket: Ticket) -> str:
    if kind == "reply":
        return _("to %(name)s", name=ticket.requester.name)
    if found.is_opening and found.author_id != ticket.requester_id:
        return _("on behalf of %(name)s", name=ticket.requester.name)
    return ""


def _file(file: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "name": file["filename"],
        "size": file["size"],
        "content_type": file["content_type"],
        "url": url_for("files.show", public_id=file["public_id"]),
    }


def _happening(told: Sequence[Told]) -> Happening:
    last = told[-1].moment
    if len(told) == 1:
        return Happening(_with_actor(told[0]), last, ())
    details = [{"sentence": _with_actor(each), "moment": each.moment} for each in told]
    return Happening(_summary(told), last, details)


def _with_actor(told: Told) -> Markup:
    return _marked(_("%(who)s %(did)s"), who=_bold(told.who), did=told.did)


def _summary(told: Sequence[Told]) -> Markup:
    names = list(dict.fromkeys(each.who for each in told))
    if len(names) == 1:
        return _marked(_("%(who)s made %(count)s changes"), who=_bold(names[0]), count=len(told))
    if len(names) > 2:
        return _marked(_("%(people)s people made %(count)s changes"), people=len(names), count=len(told))
    first, second = map(_bold, names)
    return _marked(
        _("%(first)s and %(second)s made %(count)s changes"), first=first, second=second, count=len(told)
    )


def _bold(name: str) -> Markup:
    return Markup('<b dir="auto">{}</b>').format(name)


def _marked(translation: str, **values: object) -> Markup:
    """A translated sentence with marked-up names; whatever is not marked up is escaped here."""
    return Markup(translation) % values  # noqa: S704 — our own words
