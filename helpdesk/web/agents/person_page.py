"""Everything the page of a person shows, decided before the template."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_skeleton
from flask import abort, g, render_template
from sqlalchemy import Row, func, select

from helpdesk.accounts import policy, queries
from helpdesk.accounts.models import Organization, User
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.pagination import KeysetPage
from helpdesk.identity.models import SignInSession
from helpdesk.mail.correspondence import has_blocked_address
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.people import people_for, tickets_of
from helpdesk.tickets.policy import can_change_any, can_open
from helpdesk.tickets.queries import open_ones, tickets_for
from helpdesk.web import doorway
from helpdesk.web.agents.notes_form import NotesForm
from helpdesk.web.agents.ticket_lists import ticket_list
from helpdesk.web.moments import viewer_locale


@dataclass(frozen=True, slots=True)
class Rights:
    """Which controls there are."""

    can_note: bool
    can_merge: bool
    can_open: bool
    can_manage: bool
    can_block: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What the templates below agents/people/ are given."""

    person: User
    row: Row[Any]
    tickets: KeysetPage[Any]
    rights: Rights
    zone: str
    local_time: str
    language: str
    notes: NotesForm


def show_person(person_id: int, *, notes: NotesForm | None = None, alert: str = "") -> str:
    """The page, or 404. `notes` is the form that was refused, `alert` what could not be done."""
    row = row_of(person_id)
    return page_about(row, notes=notes, alert=alert) if row is not None else abort(404)


def page_about(row: Row[Any], *, notes: NotesForm | None = None, alert: str = "") -> str:
    """The page of the person of a row of `row_of`."""
    person: User = row.User
    zone = person.time_zone or doorway.desk().time_zone
    page = PersonPage(
        person=person,
        row=row,
        tickets=ticket_list(tickets_of(g.agent, person)),
        rights=_rights(person),
        zone=zone,
        local_time=local_time(clock.now(), zone),
        language=language_name(person.locale or doorway.desk().locale),
        notes=notes or NotesForm.about(person),
    )
    return render_template("agents/people/show.html", page=page, person_shown=person, alert=alert)


def local_time(moment: datetime, zone: str) -> str:
    """Weekday and hour on the wall clock of a zone."""
    return str(format_skeleton("EHm", moment.astimezone(ZoneInfo(zone)), locale=viewer_locale()))


def language_name(code: str) -> str:
    """What the reader calls a language."""
    try:
        return Locale.parse(code).get_display_name(viewer_locale()) or code
    except (UnknownLocaleError, ValueError):
        return code


def row_of(person_id: int) -> Row[Any] | None:
    """The person and what their page says of them, in one statement; None for one the reader may not know of."""
    organization = select(Organization.name).where(Organization.id == User.organization_id)
    seen = select(func.max(SignInSession.last_seen_at)).where(SignInSession.user_id == User.id)
    # of staff the tickets they have, of customers those they asked for, as the list below
    theirs = tickets_for(g.agent).where(
        ((Ticket.requester_id == User.id) & ~User.is_staff)
        | ((Ticket.assignee_id == User.id) & User.is_staff)
    )
    return db.session.execute(
        people_for(g.agent)
        .where(User.id == person_id)
        .add_columns(
            queries.addresses().label("addresses"),
            organization.correlate(User).scalar_subquery().label("organization"),
            func.greatest(User.last_login, seen.correlate(User).scalar_subquery()).label("seen_at"),
            has_blocked_address().label("is_blocked"),
            _count(theirs).label("ticket_count"),
            _count(open_ones(theirs)).label("open_count"),
        )
    ).one_or_none()


def _count(tickets: Any) -> Any:
    return tickets.with_only_columns(func.count()).correlate(User).scalar_subquery()


def _rights(person: User) -> Rights:
    return Rights(
        can_note=policy.can_note_about(g.agent),
        can_merge=policy.can_merge_people(g.agent) and policy.is_touchable(person) and not person.is_staff,
        can_open=can_open(g.agent) and person.anonymised_at is None,
        can_block=can_change_any(g.agent) and not person.is_staff and person.anonymised_at is None,
        can_manage=g.agent.may(Permission.MANAGE_PEOPLE),
    )
