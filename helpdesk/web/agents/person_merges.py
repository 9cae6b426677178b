"""Saying that two accounts are one person: which other one, what will happen, and the deed."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy import func, or_, select

from helpdesk.accounts import policy
from helpdesk.accounts.models import EmailAddress, Organization, User
from helpdesk.accounts.operations.merging import merge_people, refuse_to_merge
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Comment, Ticket, ticket_participants
from helpdesk.web.agents.people_list import matches
from helpdesk.web.agents.people_lookup import ROW_ID, person_or_404
from helpdesk.web.answers import Page
from helpdesk.web.fresh_proof import needs_fresh_proof
from helpdesk.web.languages import gettext as _

bp = Blueprint("person_merges", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/merge")


@bp.before_request
def ask() -> None:
    """Whoever may not merge learns nothing here."""
    if not policy.can_merge_people(g.agent):
        abort(403)


@bp.get("")
@needs_fresh_proof
def new(person_id: int) -> Page:
    person = person_or_404(person_id)
    other = request.args.get("into", type=int)
    if other is not None:
        return _preview(person, person_or_404(other))
    words = request.args.get("q", "").strip()
    found = [row for row in matches(words) if row.id != person.id] if words else []
    return render_template("agents/people/merge.html", chosen=person, words=words, found=found)


@bp.post("")
@needs_fresh_proof
def create(person_id: int) -> Page:
    person, into = person_or_404(person_id), person_or_404(request.form.get("into", 0, type=int))
    called = _told_apart(person, into)
    try:
        with db.session.begin_nested():
            merge_people(person, into=into, by=g.agent)
    except Unwelcome as refusal:
        return _preview(person, into, alert=_(refusal.sentence)), refusal.status
    flash(_("%(name)s is now part of %(into)s.", name=called[0], into=called[1]))
    return redirect(url_for("agents.people.show", person_id=into.id), code=303)


@dataclass(frozen=True, slots=True)
class Preview:
    """What will happen."""

    tickets: int
    messages: int
    places: int
    addresses: list[str]
    organization: str
    """Which the other one joins; "" where nothing changes."""
    is_manager: bool
    can_sign_in: bool
    """Nobody signs in whose primary address is not confirmed."""
    refusal: str


def _preview(person: User, into: User, *, alert: str = "") -> str:
    return render_template(
        "agents/people/merge_preview.html",
        chosen=person,
        into=into,
        names=_told_apart(person, into),
        will=_consequences(person, into),
        alert=alert,
    )


def _told_apart(person: User, into: User) -> tuple[str, str]:
    """What to call the two: accounts of one person often have one name."""
    if person.name != into.name:
        return person.name, into.name
    first, second = (f"{each.name} ({each.email or each.id})" for each in (person, into))
    return first, second


def _consequences(person: User, into: User) -> Preview:
    def count(what: Any, condition: Any) -> Any:
        return select(func.count()).select_from(what).where(condition).scalar_subquery()

    mine = or_(Ticket.requester_id == person.id, Ticket.creator_id == person.id)
    joins = into.organization_id is None and person.organization_id is not None
    primary = select(EmailAddress.verified_at).where(EmailAddress.user_id == into.id, EmailAddress.is_primary)
    found = db.session.execute(
        select(
            count(Ticket, mine).label("tickets"),
            count(Comment, Comment.author_id == person.id).label("messages"),
            count(ticket_participants, ticket_participants.c.user_id == person.id).label("places"),
            select(func.array_agg(EmailAddress.email))
            .where(EmailAddress.user_id == person.id)
            .scalar_subquery()
            .label("addresses"),
            select(Organization.name)
            .where(Organization.id == (person.organization_id if joins else None))
            .scalar_subquery()
            .label("organization"),
            primary.scalar_subquery().label("verified_at"),
        )
    ).one()
    return Preview(
        tickets=found.tickets,
        messages=found.messages,
        places=found.places,
        addresses=found.addresses or [],
        organization=found.organization or "",
        is_manager=joins and person.organization_role == "manager",
        can_sign_in=found.verified_at is not None,
        refusal=_refusal(person, into),
    )


def _refusal(person: User, into: User) -> str:
    try:
        refuse_to_merge(person, into=into)
    except Unwelcome as refusal:
        return _(refusal.sentence)
    return ""
