"""`helpdesk user …`: people from the shell."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from helpdesk.audit.models import AuditLog
from helpdesk.cli import main
from helpdesk.core import current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.sealing import seal
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.identity.models import SignInSession
from helpdesk.identity.queries import factors_of
from helpdesk.identity.second_factors import Authenticator
from helpdesk.mail.models import MailPurpose, OutboxMessage
from tests.conftest import person_named
from tests.support.browser import Browser
from tests.support.cast import PEOPLE
from tests.support.sessions import start_session

PASSWORD = "a long enough sentence"


@pytest.fixture
def run(own_app, tmp_path):
    """The command on a desk with the cast."""
    with own_app.app_context():
        url = str(configuration().database_url)
    environ = {"DATABASE_URL": url, "HELPDESK_DATA": str(tmp_path), "COLUMNS": "200"}
    return lambda *arguments: CliRunner().invoke(main, ["user", *arguments], env=environ)


def follow(app, link, **form):
    """Where the page behind a printed link leads, once its form is filled in."""
    path = link.strip().removeprefix("http://desk.example")
    return Browser(app, app.test_client()).post(path, {"password": PASSWORD, **form}).location


def test_a_new_administrator_chooses_a_password(own_app, run):
    made = run("create-admin", "Root@desk.example", "--name", "Rosa Root")

    assert made.exit_code == 0
    assert made.output.startswith("http://desk.example/invitation/")
    assert follow(own_app, made.output, full_name="Rosa") == "/agent/queues/unassigned"
    assert "Root@desk.example  Rosa" in run("list").output


@pytest.mark.parametrize(
    "email, words", [("ada@desk.example", "is here already"), ("root", "This is not an e-mail address")]
)
def test_one_who_cannot_be_made_is_one_line(run, email, words):
    refused = run("create-admin", email)

    assert refused.exit_code == 1
    assert words in refused.output
    assert refused.output.count("\n") == 1


@pytest.mark.parametrize("name, home", [("ada", "/agent/queues/unassigned"), ("carl", "/portal/tickets")])
def test_anybody_is_let_in_again(own_app, run, name, home):
    link = run("reset-link", PEOPLE[name].upper()).output

    assert link.startswith("http://desk.example/reset/")
    assert follow(own_app, link) == home


def test_the_trail_keeps_for_whom_a_link_was_printed(own_app, run):
    run("reset-link", "ada@desk.example")

    with own_app.app_context(), current.entering(Via.CLI):
        row = db.session.scalars(select(AuditLog).where(AuditLog.action == "read")).one()
        ada = person_named("ada")
    assert (row.table_name, row.record_id, row.via) == ("users", ada.id, Via.CLI)


def test_nobody_and_who_left_get_none(own_app, run):
    with own_app.app_context(), current.entering(Via.CLI), unit_of_work():
        person_named("ben").is_active = False

    assert "Nobody has the address nobody@desk.example" in run("reset-link", "nobody@desk.example").output
    assert "ben@desk.example is deactivated" in run("reset-link", "ben@desk.example").output
    assert run("reset-link", "ben@desk.example").exit_code == 1


def test_the_list_shows_staff_and_if_asked_everybody(run):
    staff, everybody = run("list").output, run("list", "--all").output

    assert [line.split()[0] for line in staff.splitlines()[1:]] == [
        PEOPLE[name] for name in ("ana", "ben", "ada")
    ]
    assert [line.split()[0] for line in everybody.splitlines()[1:]] == list(PEOPLE.values())
    assert "Administrator" in staff
    assert "Customer" in everybody


def test_who_lost_a_second_factor_comes_in_without(own_app, run):
    with own_app.app_context(), current.entering(Via.CLI), unit_of_work():
        carl = person_named("carl")
        db.session.add(Authenticator(user_id=carl.id, secret=seal("JBSWY3DPEHPK3PXP"), last_step=0))
        start_session(carl)

    done, again = run("remove-factors", PEOPLE["carl"]), run("remove-factors", "nobody@desk.example")

    assert (done.exit_code, again.exit_code) == (0, 1)
    assert "has no second factor any more, and is signed out everywhere" in done.output
    assert "Nobody has the address nobody@desk.example" in again.output
    with own_app.app_context(), current.entering(Via.CLI):
        carl = person_named("carl")
        assert not factors_of(carl).any
        assert db.session.scalars(select(SignInSession).where(SignInSession.user_id == carl.id)).all() == []
        told = select(OutboxMessage).where(OutboxMessage.purpose == MailPurpose.SECOND_FACTOR_REMOVED)
        assert len(db.session.scalars(told).all()) == 1
