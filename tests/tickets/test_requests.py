"""What is new to customers: PostgreSQL and Python agree on it, whatever has happened."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from helpdesk.accounts.models import Organization, Sharing
from helpdesk.core import clock
from helpdesk.core.current import DatabaseRole
from helpdesk.core.row_security import switch
from helpdesk.tickets.models import TicketStatus, ticket_reads
from helpdesk.tickets.operations import change_status, mark_read, note, open_ticket, reply
from helpdesk.tickets.queries import tickets_for
from helpdesk.tickets.requests import is_news_for, own_requests, shared_requests, worded

STEPS = st.lists(st.sampled_from(["mine", "theirs", "note", "held", "look", "close"]), max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_new_is_what_another_wrote_in_public_since_one_looked(work, ana, carl, steps):
    savepoint = work.begin_nested()
    start = clock.now()
    with clock.freeze(start):
        ticket = open_ticket(requester=carl, by=carl, title="T", description="D")
    is_new = False
    for place, step in enumerate(steps, start=1):
        with clock.freeze(start + timedelta(minutes=place)):
            is_new = take(step, ticket, ana=ana, carl=carl, is_new=is_new)
    work.flush()

    found = work.scalar(tickets_for(carl).with_only_columns(is_news_for(carl)))

    assert found is (is_new and ticket.status is not TicketStatus.CLOSED)
    work.execute(delete(ticket_reads))
    savepoint.rollback()


def take(step, ticket, *, ana, carl, is_new):
    """What happens, and whether there is something new after it."""
    if step == "mine":
        reply(ticket, by=carl, content="More.")
        return False
    if step == "theirs":
        reply(ticket, by=ana, content="Try this.")
        return True
    if step == "look":
        mark_read(ticket, by=carl)
        return False
    if step == "note":
        note(ticket, by=ana, content="He is impatient.")
    elif step == "held":
        before = ticket.last_public_at
        reply(ticket, by=ana, content="Later.").published_at = None
        ticket.last_public_at = before
    elif ticket.status is not TicketStatus.CLOSED:
        change_status(ticket, to=TicketStatus.CLOSED, by=ana)
    return is_new


def test_own_and_shared_are_told_apart(work, carl, cora, olga):
    mine, ours = (
        open_ticket(requester=person, by=person, title="T", description="D") for person in (carl, cora)
    )
    open_ticket(requester=olga, by=olga, title="T", description="D")
    work.scalars(select(Organization)).one().sharing = Sharing.EVERYONE
    work.flush()
    work.refresh(carl, ["shared_organization_id"])

    assert work.scalars(own_requests(tickets_for(carl), carl)).all() == [mine]
    assert set(work.scalars(shared_requests(tickets_for(carl), carl))) == {mine, ours}
    assert work.scalars(shared_requests(tickets_for(olga), olga)).all() == []


def test_each_word_has_to_occur_somewhere_public(work, carl, ana):
    ticket = open_ticket(requester=carl, by=carl, title="The printer", description="It smokes.")
    note(ticket, by=ana, content="canary")
    switch(work, role=DatabaseRole.CUSTOMER, user_id=carl.id)
    numbers = [
        len(work.scalars(worded(tickets_for(carl), words)).all())
        for words in ("print smok", "print canary", "canary", "", "…", "smokes.")
    ]

    assert numbers == [1, 0, 0, 1, 1, 1]
