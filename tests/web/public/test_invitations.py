"""Accepting an invitation."""

from sqlalchemy import select

from helpdesk.accounts.events import PersonInvited
from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.operations.registering import add_administrator
from helpdesk.core.db import db
from helpdesk.core.events import publish


def test_invited_staff_choose_a_password_and_are_in(as_nobody, console, acting):
    with acting("ada") as ada:
        address = add_administrator(email="nils@desk.example", full_name="Nils New")
        publish(PersonInvited(address.user, address, by=ada))
    mail = console()
    form = as_nobody.get(mail.paths[0])
    refused = as_nobody.post(mail.paths[0], {"full_name": "Nils Newman", "password": "short"})
    done = as_nobody.post(mail.paths[0], {"full_name": "Nils Newman", "password": "a long enough sentence"})

    assert mail.letters == [("nils@desk.example", "Your invitation to Test desk")]
    assert 'value="Nils New"' in form.html
    assert (refused.status, 'value="Nils Newman"' in refused.html) == (422, True)
    assert (done.status, done.location) == (303, "/agent/queues/unassigned")
    with acting("ada"):
        assert db.session.scalar(
            select(EmailAddress.verified_at).where(EmailAddress.email_key == "nils@desk.example")
        )


def test_strangers_cannot_renew_an_invitation(as_nobody, console, acting):
    with acting("ada"):
        add_administrator(email="nils@desk.example", full_name="Nils New")
    for path in ("/register", "/recover", "/login/link"):
        as_nobody.post(path, {"email": "nils@desk.example", "full_name": "Mallory"})

    assert console().letters == []
