"""G12: forms that anybody can send are no cannon: few mails to an address, and never a stranger's words in them."""

import re

import pytest
from sqlalchemy import select

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.identity.models import TokenPurpose
from helpdesk.mail.models import OutboxRecipient
from helpdesk.mail.queries import one_recipient
from helpdesk.mail.rendering import render_for_admin
from helpdesk.tickets.models import Ticket
from tests.security.strangers import token_for, unlike

VICTIM = "vera@victim.example"
WORDS = "BuyPillsAtPillsExample"
FORMS = ["/ask", "/register", "/login/link", "/recover"]


def letters(app):
    run_waiting_jobs(app)
    with app.app_context(), current.entering(Via.CLI):
        ids = db.session.scalars(select(OutboxRecipient.id)).all()
        return [render_for_admin(db.session.scalars(one_recipient(each)).one()) for each in ids]


def sent(browser, path, email=VICTIM):
    return browser().post(path, {"email": email, "full_name": WORDS, "title": WORDS, "content": WORDS}).status


def test_G12_all_forms_together_send_three_mails_an_hour(app, browser, capsys):
    answers = {sent(browser, path) for path in FORMS * 2}

    assert answers == {303}
    assert len(letters(app)) == 3


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("email", [VICTIM, "carl@customer.example"])
def test_G12_no_mail_carries_what_a_stranger_typed(app, browser, capsys, path, email):
    sent(browser, path, email)

    assert [each for each in letters(app) if WORDS in each.subject + each.text + each.to_name] == []


def test_G12_what_nobody_confirmed_no_agent_sees(app, browser, as_ana, capsys):
    sent(browser, "/ask")
    letters(app)
    pages = [as_ana.get(path).html for path in ("/agent/queues/open", f"/agent/search?q={WORDS}")]

    assert re.findall(f"<(?:td|li|a)[^>]*>[^<]*{WORDS}", "".join(pages)) == []
    with app.app_context(), current.entering(Via.CLI):
        assert db.session.scalars(select(Ticket.id)).all() == []


@pytest.mark.parametrize("purpose", [each for each in TokenPurpose if each is not TokenPurpose.SET_UP])
def test_F01_no_other_token_confirms_a_request(browser, acting, purpose):
    """Not even one of its own kind that belongs to no request."""
    with acting("carl") as carl:
        token = token_for(carl, purpose)
    plain = [unlike(each) for each in answers_of(browser, "x" * 43)]

    found = [unlike(each) for each in answers_of(browser, token)]

    assert [status for status, _ in found] == [410, 410]
    assert purpose is TokenPurpose.CONFIRM_REQUEST or found == plain


def answers_of(browser, token):
    reader = browser()
    return [reader.get(f"/ask/confirm/{token}"), reader.post(f"/ask/confirm/{token}")]
