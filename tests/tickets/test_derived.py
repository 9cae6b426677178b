"""Derived columns are what a recount says, after any sequence of operations."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from helpdesk.tickets.operations import assign, change_status, note, open_ticket, reply
from tests.support.tally import tally

steps = st.lists(
    st.one_of(
        st.sampled_from(["staff reply", "customer reply", "note", "take"]),
        st.sampled_from(TicketStatus),
    ),
    max_size=8,
)


def recount(work: Session, ticket: Ticket) -> dict[str, Any]:
    """The derived columns from the comments alone."""
    by_staff = select(User.id).where(User.is_staff)
    public = (~Comment.is_internal) & Comment.published_at.is_not(None)
    found = work.execute(
        select(
            func.max(Comment.published_at).label("last_activity_at"),
            func.max(Comment.published_at).filter(public).label("last_public_at"),
            func.min(Comment.published_at)
            .filter(public, ~Comment.is_opening, Comment.author_id.in_(by_staff))
            .label("first_responded_at"),
        ).where(Comment.ticket_id == ticket.id)
    ).one()
    return dict(found._mapping)


@given(steps=steps)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_derived_columns_are_what_a_recount_says(
    work: Session, carl: User, ana: User, steps: list[str | TicketStatus]
) -> None:
    ticket = open_ticket(requester=carl, by=ana, title="T", description="d")
    for step in steps:
        tally("steps before a recount")
        try:
            if isinstance(step, TicketStatus):
                change_status(ticket, to=step, by=ana)
            elif step == "note":
                note(ticket, by=ana, content="n")
            elif step == "take":
                assign(ticket, to=ana, by=ana)
            else:
                reply(ticket, by=ana if step == "staff reply" else carl, content="r")
        except Unwelcome:
            pass  # an impossible move changes nothing

    work.flush()
    work.refresh(ticket)
    assert {name: getattr(ticket, name) for name in recount(work, ticket)} == recount(work, ticket)
