"""A02: whoever has not followed a link mailed to an address sees nothing that belongs to it."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.operations.registering import add_customer
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from helpdesk.tickets.operations import open_ticket

VICTIM = "vera@victim.example"
PASSWORD = "a long enough sentence"


@pytest.fixture
def victims_ticket(acting):
    """A request that an agent typed for somebody who has no account of their own making yet."""
    with acting("ana") as ana:
        vera = add_customer(email=VICTIM, full_name="Vera").user
        ticket = open_ticket(requester=vera, by=ana, title="Vera's secret", description="Her PIN is 1234.")
        return ticket.ticket_number


def test_A02_claiming_an_address_opens_nothing(app, as_nobody, acting, victims_ticket, capsys):
    claimed = {"email": VICTIM, "full_name": "Mallory", "password": PASSWORD}
    as_nobody.post("/register", claimed)
    run_waiting_jobs(app)

    assert as_nobody.post("/login", claimed).status == 422
    assert as_nobody.get("/portal/tickets").status == 303
    assert as_nobody.get(f"/portal/tickets/{victims_ticket}").status == 303
    with acting("ada"):
        verified = select(EmailAddress.verified_at).where(EmailAddress.email_key == VICTIM)
        assert db.session.scalars(verified).all() == [None]


def test_A02_the_owner_of_the_mailbox_finds_it(app, as_nobody, victims_ticket, capsys):
    as_nobody.post("/register", {"email": VICTIM, "full_name": "Vera"})
    run_waiting_jobs(app)
    link = capsys.readouterr().out.strip().split("http://desk.example")[-1]
    as_nobody.post(link, {"full_name": "Vera", "password": PASSWORD})

    assert as_nobody.get(f"/portal/tickets/{victims_ticket}").status == 200
