"""Everything the page of a ticket shows, decided before the template: what there is, and what this agent may do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import abort, g, render_template
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import Row, Select, bindparam
from sqlalchemy.orm import joinedload

from helpdesk.accounts.models import User
from helpdesk.accounts.preferences import AfterSend, ThreadOrder, preferences_of
from helpdesk.audit.models import AuditLog
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.mail.correspondence import messages_with_mail
from helpdesk.mail.own_addresses import every_own_address
from helpdesk.tickets.beside import linked_tickets, others_from_requester, read_until
from helpdesk.tickets.kept import kept, values_of
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import mark_read
from helpdesk.tickets.operations.reading import reading_of
from helpdesk.tickets.queries import (
    addresses_of,
    participants_of_ticket,
    tags_of_ticket,
    tickets_for,
    watchers_of_ticket,
)
from helpdesk.tickets.recipients import letters_to_answer, people_to_answer
from helpdesk.tickets.requests import followed_up_by, follows_up
from helpdesk.tickets.timeline import changes_of
from helpdesk.tickets.unsent import draft_of, staged_of
from helpdesk.web.access import read_ticket, tickets_read
from helpdesk.web.agents.addresses import addresses_below
from helpdesk.web.agents.composer_recipients import (
    NOBODY,
    ComposerRecipients,
    shown_recipients,
    suggested_from,
)
from helpdesk.web.agents.drafts import NOTHING, Draft, composed
from helpdesk.web.agents.held_moments import Moment, offered_moments
from helpdesk.web.agents.lookup import number_in
from helpdesk.web.agents.messages import MessageFile
from helpdesk.web.agents.neighbours import Along, along_list
from helpdesk.web.agents.news import Seen, seen_of
from helpdesk.web.agents.properties_form import (
    COLUMNS,
    field_value,
    options_for,
    possible_statuses,
    wall_clock,
)
from helpdesk.web.agents.queue_rows import TagMark
from helpdesk.web.agents.requesters import Card, card_of
from helpdesk.web.agents.rights import Rights, rights_on
from helpdesk.web.agents.statuses import Choice, choices_after_reply, send_words
from helpdesk.web.agents.threads import (
    Passage,
    Thread,
    UnreadLine,
    files_of,
    history_of,
    thread_of,
    with_unread_line,
)
from helpdesk.web.audit_sentences import tell
from helpdesk.web.filters import label
from helpdesk.web.languages import gettext
from helpdesk.web.limits import Limits, limits
from helpdesk.web.tag_tones import tone_of

OTHERS_SHOWN = 3
Kept = tuple[tuple[str, str], ...]
"""Options that cannot change any more."""
OPENED: Mapping[Via, LazyString] = {
    Via.WEB: _("opened"),
    Via.MAIL: _("opened by mail"),
    Via.PHONE: _("opened by phone"),
    Via.WALK_IN: _("opened in person"),
    Via.API: _("opened by the API"),
}


@dataclass(frozen=True, slots=True)
class TicketPage:
    """What the templates below agents/tickets/ are given."""

    ticket: Ticket
    rights: Rights
    tags: tuple[TagMark, ...]
    watchers: tuple[tuple[int, str], ...]
    """Each with their id and name."""
    participants: Sequence[Mapping[str, Any]]
    """Customers who read and answer beside the requester."""
    follows_up: str | None
    followed_up_by: str | None
    """The numbers of the tickets before and after this one, where its end and beginning lie too far apart."""
    linked: Sequence[Mapping[str, Any]]
    """Other tickets that have to do with this one."""
    is_watching: bool
    requester: Card
    thread: Thread
    is_newest_first: bool
    files: Sequence[tuple[MessageFile, str]]
    """Each with the address of its message."""
    new_count: int
    """How many messages came since the reader was here."""
    shown: Seen
    history: Sequence[Passage]
    opened: str
    """How it came: “opened”, “opened by phone”."""
    values: Mapping[str, str]
    due_field: str
    options: Mapping[str, Kept]
    colleagues: Kept
    """Whom one can make a watcher; empty where one may not."""
    statuses: tuple[Choice, ...]
    send_words: str
    moments: tuple[Moment, ...]
    """When an answer can be sent instead of now."""
    recipients: ComposerRecipients
    draft: Draft
    seen: int
    """How many messages the page shows: the writer has read them."""
    after_send: AfterSend
    submission_key: str
    limits: Limits
    along: Along
    address: Callable[[str], str]
    """Of an endpoint below the ticket."""


def show_ticket(number: str, *, draft: Draft = NOTHING, alert: str = "", is_read: bool = False) -> str:
    """The page of the ticket with this number, or 404. `alert` says what could not be done; `is_read`, that the
    reader came to read it.
    """
    meant = {"number": number_in(number) or "", **values_of(g.agent)}
    found = db.session.execute(_with_everything(g.agent), meant).one_or_none()
    if found is None:
        abort(404)
    counted = read_ticket(g.agent, found.Ticket, others=found.read_lately)
    page = _page(found, draft)
    if is_read:
        mark_read(page.ticket, by=g.agent, counted=counted)
    else:
        db.session.execute(counted, reading_of(page.ticket, by=g.agent))
    return render_template("agents/tickets/show.html", page=page, ticket=page.ticket, alert=alert)


@kept
def _with_everything(reader: User) -> Select[*tuple[Any, ...]]:
    """The ticket of the `number` it is run with, and what stands around it."""
    mine = tickets_for(reader).where(Ticket.ticket_number == bindparam("number"))
    names = (User.full_name, User.email, User.is_active, User.is_staff, User.notes, User.time_zone)
    return mine.add_columns(
        tags_of_ticket().label("tags"),
        watchers_of_ticket().label("watchers"),
        participants_of_ticket().label("participants"),
        follows_up().label("follows_up"),
        followed_up_by().label("followed_up_by"),
        addresses_of(Ticket.requester_id).label("addresses"),
        every_own_address().label("own_addresses"),
        linked_tickets(reader).label("linked"),
        others_from_requester(reader, limit=OTHERS_SHOWN).label("others"),
        read_until(reader).label("read_until"),
        draft_of(reader).label("kept_draft"),
        staged_of(reader).label("staged"),
        people_to_answer().label("people_to_answer"),
        letters_to_answer().label("letters"),
        tickets_read(reader).label("read_lately"),
    ).options(
        joinedload(Ticket.requester).load_only(*names),
        joinedload(Ticket.assignee).load_only(*names),
        joinedload(Ticket.team),
        joinedload(Ticket.organization),
    )


def _page(found: Row[Any], draft: Draft) -> TicketPage:
    ticket: Ticket = found.Ticket
    rights = rights_on(ticket)
    changes: Sequence[AuditLog] = db.session.scalars(changes_of(ticket)).all()
    told = tell(changes)
    messages = db.session.execute(messages_with_mail(), {"ticket_id": ticket.id}).all()
    options = _options(ticket) if rights.can_change else {}
    plain = thread_of(ticket, messages, changes, told)
    thread = with_unread_line(plain, read_until=found.read_until, reader_id=g.agent.id)
    published = sum(each.is_published for each in messages)
    watchers = tuple((each["id"], each["name"]) for each in found.watchers)
    writing = composed(draft, found.kept_draft, found.staged)
    is_newest_first = preferences_of(g.agent).thread_order is ThreadOrder.NEWEST_FIRST
    return TicketPage(
        ticket=ticket,
        rights=rights,
        tags=tuple(TagMark(tag["name"], tone_of(tag["color"])) for tag in found.tags),
        watchers=watchers,
        participants=found.participants,
        follows_up=found.follows_up,
        followed_up_by=found.followed_up_by,
        linked=found.linked,
        is_watching=any(watcher_id == g.agent.id for watcher_id, _name in watchers),
        requester=card_of(ticket, addresses=found.addresses, others=found.others),
        thread=thread[::-1] if is_newest_first else thread,
        is_newest_first=is_newest_first,
        files=files_of(thread),
        new_count=next((each.count for each in thread if isinstance(each, UnreadLine)), 0),
        shown=seen_of(ticket, messages=published, changes=changes),
        history=history_of(told),
        opened=str(OPENED.get(ticket.via, OPENED[Via.WEB])),
        due_field=wall_clock(ticket.due_at),
        values={name: field_value(getattr(ticket, column)) for name, column in COLUMNS.items()},
        options=options,
        colleagues=_colleagues(options, watchers) if rights.can_watch else (),
        statuses=tuple(choices_after_reply(ticket.status)),
        send_words=send_words(ticket.status),
        moments=tuple(offered_moments()),
        recipients=_recipients(found, writing) if rights.can_write else NOBODY,
        draft=writing,
        seen=published,
        after_send=preferences_of(g.agent).after_send,
        submission_key=str(uuid4()),
        limits=limits(),
        along=along_list(ticket),
        address=addresses_below(ticket.ticket_number),
    )


def _recipients(found: Row[Any], draft: Draft) -> ComposerRecipients:
    return shown_recipients(
        suggested_from(found.people_to_answer, found.letters, found.own_addresses), draft.recipients
    )


def _colleagues(options: Mapping[str, Kept], watchers: Iterable[tuple[int, str]]) -> Kept:
    """The agents who do not watch yet, but for the reader, who has a button of their own."""
    known = {"", str(g.agent.id), *(str(watcher_id) for watcher_id, _name in watchers)}
    others = [(value, name) for value, name in options.get("assignee", ()) if value not in known]
    return (("", gettext("Add a colleague…")), *others) if others else ()


def _options(ticket: Ticket) -> Mapping[str, Kept]:
    """What the selects offer: of the statuses, those that are possible now."""
    possible = [(each.value, label(each)) for each in possible_statuses(ticket)]
    return {name: tuple(offered) for name, offered in {**options_for(ticket), "status": possible}.items()}
