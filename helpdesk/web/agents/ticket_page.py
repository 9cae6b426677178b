"""Everything the page of a ticket shows, decided before the template: what there is, and what this agent may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import abort, g, render_template, url_for
from sqlalchemy import Row, Select, func
from sqlalchemy.orm import joinedload

from helpdesk.accounts.models import User
from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db
from helpdesk.tickets import policy
from helpdesk.tickets.models import Ticket, TicketStatus
from helpdesk.tickets.queries import (
    addresses_of,
    from_same_requester,
    numbered,
    tags_of_ticket,
    tickets_for,
    watchers_of_ticket,
)
from helpdesk.tickets.timeline import changes_of, messages_of
from helpdesk.web.agents.drafts import NOTHING, Draft
from helpdesk.web.agents.lookup import number_in
from helpdesk.web.agents.navigation import QUEUE_NAMES
from helpdesk.web.agents.properties_form import COLUMNS, Options, field_value, options_for, possible_statuses
from helpdesk.web.agents.queue_rows import TagMark
from helpdesk.web.agents.statuses import Choice, choices_after_reply, send_words
from helpdesk.web.agents.tag_tones import tone_of
from helpdesk.web.agents.threads import Happening, Message, Passage, history_of, thread_of
from helpdesk.web.audit_sentences import tell
from helpdesk.web.filters import label
from helpdesk.web.limits import Limits, limits

OTHERS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Rights:
    """Which controls there are."""

    can_write: bool
    can_change: bool
    can_watch: bool
    can_delete: bool
    can_take: bool
    can_resolve: bool
    can_close: bool
    can_reopen: bool


@dataclass(frozen=True, slots=True)
class TicketPage:
    """What the templates below agents/tickets/ are given."""

    ticket: Ticket
    rights: Rights
    tags: Sequence[TagMark]
    watchers: Sequence[Mapping[str, Any]]
    is_watching: bool
    addresses: Sequence[Mapping[str, Any]]
    others: Sequence[Row[Any]]
    others_count: int
    thread: Sequence[Message | Happening]
    history: Sequence[Passage]
    values: Mapping[str, str]
    options: Mapping[str, Options]
    statuses: Sequence[Choice]
    send_words: str
    draft: Draft
    submission_key: str
    limits: Limits
    back: tuple[str, str]
    """The queue the ticket is in: its name and address."""


def show_ticket(number: str, *, draft: Draft = NOTHING, alert: str = "") -> str:
    """The page of the ticket with this number, or 404. `alert` says what could not be done."""
    found = db.session.execute(_with_everything(number)).one_or_none()
    if found is None:
        abort(404)
    page = _page(found, draft)
    return render_template("agents/tickets/show.html", page=page, ticket=page.ticket, alert=alert)


def _with_everything(number: str) -> Select[*tuple[Any, ...]]:
    mine = numbered(tickets_for(g.agent), number_in(number) or "")
    names = (User.full_name, User.email, User.is_active, User.is_staff)
    return mine.add_columns(
        tags_of_ticket().label("tags"),
        watchers_of_ticket().label("watchers"),
        addresses_of(Ticket.requester_id).label("addresses"),
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
    others = db.session.execute(_others(ticket)).all()
    slug = _queue_of(ticket)
    g.home_queue = slug
    return TicketPage(
        ticket=ticket,
        rights=rights,
        tags=[TagMark(tag["name"], tone_of(tag["color"])) for tag in found.tags],
        watchers=found.watchers,
        is_watching=any(watcher["id"] == g.agent.id for watcher in found.watchers),
        addresses=found.addresses,
        others=others,
        others_count=others[0].how_many if others else 0,
        thread=thread_of(ticket, db.session.execute(messages_of(ticket)).all(), changes, told),
        history=history_of(told),
        values={name: field_value(getattr(ticket, column)) for name, column in COLUMNS.items()},
        options=_options(ticket) if rights.can_change else {},
        statuses=choices_after_reply(ticket.status),
        send_words=send_words(ticket.status),
        draft=draft,
        submission_key=str(uuid4()),
        limits=limits(),
        back=(str(QUEUE_NAMES[slug][0]), url_for("agents.queues.show", slug=slug)),
    )


def rights_on(ticket: Ticket) -> Rights:
    """What the signed-in agent may do with this ticket as it stands."""
    can_change = policy.can_change(g.agent, ticket)
    return Rights(
        can_write=policy.can_reply(g.agent, ticket),
        can_change=can_change,
        can_watch=policy.can_watch(g.agent, ticket),
        can_delete=policy.can_delete(g.agent, ticket),
        can_take=can_change and ticket.assignee_id != g.agent.id and ticket.is_open,
        can_resolve=can_change and ticket.is_open,
        can_close=can_change and ticket.status is TicketStatus.RESOLVED,
        can_reopen=can_change and not ticket.is_open,
    )


def _options(ticket: Ticket) -> Mapping[str, Options]:
    """What the selects offer: of the statuses, those that are possible now."""
    return {
        **options_for(ticket),
        "status": [(each.value, label(each)) for each in possible_statuses(ticket)],
    }


def _others(ticket: Ticket) -> Select[*tuple[Any, ...]]:
    columns = (Ticket.ticket_number, Ticket.title, Ticket.status, func.count().over().label("how_many"))
    others = from_same_requester(tickets_for(g.agent), ticket).with_only_columns(*columns)
    return others.order_by(Ticket.is_open.desc(), Ticket.last_activity_at.desc()).limit(OTHERS_SHOWN)


def _queue_of(ticket: Ticket) -> str:
    if ticket.is_open and ticket.is_unassigned:
        return "unassigned"
    return "mine" if ticket.is_open and ticket.assignee_id == g.agent.id else "open"
