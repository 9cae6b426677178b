"""The conversation of a ticket as agents read it, and its history: rows become what the components show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from babel.lists import format_list
from markupsafe import Markup
from sqlalchemy import Row

from helpdesk.audit.models import AuditLog
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.timeline import events_among, woven
from helpdesk.web.agents.messages import Message, MessageFile, message_of
from helpdesk.web.audit_sentences import Told
from helpdesk.web.languages import gettext
from helpdesk.web.moments import viewer_locale

DEEDS_IN_A_LINE = 2


@dataclass(frozen=True, slots=True)
class Happening:
    """What was changed between two messages, as components/event.html takes it."""

    sentence: Markup
    moment: datetime
    details: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """Where the reader was when they left: on one side of it so many messages are new."""

    count: int


Thread = list[Message | Happening | UnreadLine]


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of the history."""

    who: str
    sentence: str
    moment: datetime


def thread_of(
    ticket: Ticket, messages: Sequence[Row[Any]], changes: Sequence[AuditLog], told: Sequence[Told]
) -> Thread:
    """Messages and what happened between them, oldest first. `changes` and `told` go together, newest first."""
    words = {each.row.id: each for each in told}
    return [
        _happening([words[row.id] for row in part]) if isinstance(part, list) else message_of(part, ticket)
        for part in woven(messages, events_among(changes))
    ]


def with_unread_line(thread: Thread, *, read_until: datetime | None, reader_id: int) -> Thread:
    """The thread with a line before the first message of others that came after the reader's last visit.

    No line for who never was here, nor where nothing or everything is new.
    """
    if read_until is None:
        return thread
    marked = [
        replace(each, is_new=True)
        if isinstance(each, Message) and each.moment > read_until and each.author_id != reader_id
        else each
        for each in thread
    ]
    new = [place for place, each in enumerate(marked) if isinstance(each, Message) and each.is_new]
    if not new or new[0] == 0:
        return thread
    return [*marked[: new[0]], UnreadLine(len(new)), *marked[new[0] :]]


def files_of(thread: Thread) -> list[tuple[MessageFile, str]]:
    """Every file of the conversation with the address of its message on the page."""
    return [(file, each.id) for each in thread if isinstance(each, Message) for file in each.files]


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


def _happening(told: Sequence[Told]) -> Happening:
    """One line: one or two deeds of one person in words, more of them by their number."""
    deeds = [(each, deed) for each in told for deed in each.deeds]
    names = list(dict.fromkeys(each.who for each in told))
    who, moment = str(format_list(names, locale=viewer_locale())), told[-1].moment
    if len(names) == 1 and len(deeds) <= DEEDS_IN_A_LINE:
        return Happening(_sentence(who, "; ".join(deed for _told, deed in deeds)), moment, ())
    details = [{"sentence": _sentence(each.who, deed), "moment": each.moment} for each, deed in deeds]
    return Happening(_sentence(who, gettext("made %(count)s changes", count=len(deeds))), moment, details)


def _sentence(who: str, did: str) -> Markup:
    return Markup('<b dir="auto">{}</b> {}').format(who, did)
