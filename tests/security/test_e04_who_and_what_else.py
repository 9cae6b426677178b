"""E04: a customer learns of no blind copy, of no address by which staff sign in, of no software's version and of no
address in our network: on no page and in no header of an answer. Of mails: tests/mail/outgoing/test_composing.py."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.db import db
from helpdesk.tickets.operations import reply
from helpdesk.tickets.operations.addressing import recipients_named
from tests.security.canaries import OUTSIDERS, bytes_of
from tests.security.matrix import Asking, cases
from tests.security.routes import ROUTES
from tests.security.things import world
from tests.support.furnished import numbered
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

BLIND = "blind@copies.example"
WITHIN = re.compile(r"\b(?:127\.0|10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b")
SOFTWARE = re.compile(
    r"werkzeug|gunicorn|flask/|python/|postgresql|psycopg|sqlalchemy|helpdesk[ /-]v?\d", re.IGNORECASE
)


@pytest.mark.parametrize("actor", OUTSIDERS)
def test_no_answer_tells_of_those_behind_the_desk(app, transaction, actor):
    desk = RealDesk(app)
    places = world(desk)
    with desk.doing("ana") as ana:
        own = numbered(places["own"])
        chosen = recipients_named(own, to=["carl@customer.example"], bcc=[BLIND])
        reply(own, by=ana, content="Use water.", recipients=chosen)
        found = select(EmailAddress.email).join(User).where(User.is_staff)
        addresses = [BLIND, *db.session.scalars(found).all()]
    ask, wrong = Asking(desk, places, actor), []
    for case in cases(app, ROUTES, places):
        if case.method == "GET" and case.rule.endpoint != "static":
            said = bytes_of(ask.get(case.path))
            tally("answers searched for staff's addresses, versions and inner addresses")
            wrong += [f"{case}: {each}" for each in addresses if each in said]
            wrong += [f"{case}: {each}" for each in (*WITHIN.findall(said), *SOFTWARE.findall(said))]

    assert len(addresses) >= 4
    assert wrong == []
