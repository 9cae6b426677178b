"""B06: one mail to several of our mailboxes is one in each, in whatever order and through whatever doors it comes."""

from collections import Counter
from collections.abc import Callable
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.core import current
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.core.db import db
from helpdesk.mail.doors.intake import taking_in
from helpdesk.mail.models import Door, InboundMessage, Mailbox
from helpdesk.mail.operations.receiving import receive
from tests.support.at_once import at_once
from tests.support.mailboxes import MAIL, mailbox_of

ADDRESSES = ("support@desk.test", "sales@desk.test", "billing@desk.test")


def received() -> Counter[str]:
    """How many mails each mailbox has."""
    found = select(Mailbox.address).join(InboundMessage, InboundMessage.mailbox_id == Mailbox.id)
    return Counter(db.session.scalars(found))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_same_bytes_come_to_each_mailbox_once_in_any_order(work: Session, order: tuple[int, ...]) -> None:
    mailboxes = [mailbox_of(address) for address in ADDRESSES]

    for place in (*order, *order):
        receive(MAIL, mailbox=mailboxes[place], door=list(Door)[place])

    assert received() == dict.fromkeys(ADDRESSES, 1)


def test_the_same_bytes_come_to_each_mailbox_once_at_the_same_moment(own_app: Flask) -> None:
    with own_app.app_context(), current.entering(Via.CLI), taking_in():
        ids = [mailbox_of(address).id for address in ADDRESSES]

    def bring(mailbox_id: int) -> Callable[[], str]:
        def deed() -> str:
            with own_app.app_context(), current.entering(Via.MAIL, user_id=SYSTEM_USER_ID), taking_in():
                mailbox = db.session.get_one(Mailbox, mailbox_id)
                return receive(MAIL, mailbox=mailbox, door=Door.IMAP).sha256

        return deed

    digests = at_once([bring(mailbox_id) for mailbox_id in ids * 4])

    assert len(set(digests)) == 1
    with own_app.app_context(), current.entering(Via.CLI):
        assert received() == dict.fromkeys(ADDRESSES, 1)
