"""Who gets which link."""

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.names import BadName
from helpdesk.accounts.operations import addresses
from helpdesk.core.db import db
from helpdesk.identity import jobs
from helpdesk.identity.operations.requesting_links import register
from helpdesk.mail.models import OutboxMessage


def test_two_sign_ups_at_once_make_one_person(own_app, at_once):
    answers = at_once(8, ["203.0.113.7"], lambda: jobs.register(email="nora@new.example", full_name="Nora"))
    (count,) = at_once(
        1,
        ["203.0.113.7"],
        lambda: db.session.scalar(
            select(func.count()).select_from(EmailAddress).where(EmailAddress.email_key == "nora@new.example")
        ),
    )

    assert answers == [None] * 8
    assert count == 1


def test_who_is_faster_is_found_after_all(work, monkeypatch):
    looks = iter([None, addresses.owned("carl@customer.example")])
    monkeypatch.setattr(addresses, "owned", lambda _email: next(looks))

    register(email="carl@customer.example", full_name="Mallory")

    assert db.session.scalars(
        select(EmailAddress.email).where(EmailAddress.email_key == "carl@customer.example")
    ).all()


def outbox_purposes():
    return [each.value for each in db.session.scalars(select(OutboxMessage.purpose))]


def test_a_name_nobody_can_read_is_refused(work):
    with pytest.raises(BadName):
        register(email="nora@new.example", full_name="N" * 201)
