"""F01, F02, A02: the link in a mail opens its ticket and nothing else, and dies with whatever made it somebody's."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress
from helpdesk.accounts.operations.anonymising import anonymise
from helpdesk.accounts.operations.deactivating import activate, deactivate
from helpdesk.accounts.operations.merging import merge_people
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.tokens import digest
from helpdesk.identity.models import SignInSession
from helpdesk.tickets.models import Attachment, Comment, Ticket, TicketKey
from helpdesk.tickets.operations import delete
from helpdesk.tickets.operations.keys import LIFETIME, mint_key
from tests.conftest import person_named
from tests.security.strangers import unlike
from tests.support.statements import counted_statements
from tests.support.tally import tally

TEXTS = [" ", "null", "%", "*", "[]", "0", "' or 1=1 --", "a" * 43, "x" * 5_000, "\u2028", "all\u200b"]


@pytest.fixture
def link(acting, world):
    """`link("own", "carl")` is the path of a key to that request, mailed to that person."""

    def mint(name, whose):
        with acting("ada"):
            person = person_named(whose)
            address = db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()
            ticket = db.session.get_one(Ticket, world[name])
            return f"/open/{mint_key(ticket, person=person, address=address)}"

    return mint


@pytest.fixture
def opened(browser, link):
    """A browser in which the link to Carl's own request was followed."""
    found = browser()
    assert found.get(link("own", "carl")).location.startswith("/portal/tickets/HD-")
    return found


@pytest.fixture
def number_of(acting, world):
    def look(name):
        with acting("ada"):
            return db.session.get_one(Ticket, world[name]).ticket_number

    return look


def ended(browser, path):
    """What following a link that opens nothing shows."""
    led = browser.get(path)
    return led.status, led.location, unlike(browser.get("/open"))


def test_F01_other_texts_are_refused_alike(browser):
    plain = ended(browser(), "/open/" + "x" * 43)
    answers = {text: ended(browser(), "/open/" + quote(text, safe="")) for text in TEXTS}
    tally("F01 texts refused as keys", len(answers))

    assert plain[:2] == (303, "/open")
    assert plain[2][0] == 410
    assert {text: answer for text, answer in answers.items() if answer != plain} == {}


def test_F01_the_digest_is_no_key(browser, link):
    path = link("own", "carl")

    assert ended(browser(), f"/open/{digest(path.removeprefix('/open/'))}")[2][0] == 410


def carl_is_deactivated():
    deactivate(person_named("carl"), by=person_named("ada"))


def carl_was_away():
    carl_is_deactivated()
    activate(person_named("carl"), by=person_named("ada"))


def carl_is_merged():
    merge_people(person_named("carl"), into=person_named("cora"), by=person_named("ada"))


def carl_is_erased():
    anonymise(person_named("carl"), by=person_named("ada"))


def the_address_changes_hands():
    mine = select(EmailAddress).where(EmailAddress.email_key == "carl@customer.example")
    address = db.session.scalars(mine).one()
    address.is_primary, address.user_id = False, person_named("olga").id


def carl_works_here():
    carl, ana = person_named("carl"), person_named("ana")
    carl.is_staff, carl.role_id = True, ana.role_id
    carl.organization_id = carl.organization_role = None


def the_ticket_is_deleted():
    own = db.session.scalars(select(Ticket).where(Ticket.title == "own")).one()
    delete(own, by=person_named("ada"))


def the_ticket_is_anothers():
    own = db.session.scalars(select(Ticket).where(Ticket.title == "own")).one()
    own.requester_id = person_named("olga").id


ENDS = [
    carl_is_deactivated, carl_was_away, carl_is_merged, carl_is_erased, the_address_changes_hands, carl_works_here,
    the_ticket_is_deleted, the_ticket_is_anothers,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_F02_a_key_dies_with_what_made_it_somebodys(browser, link, acting, number_of, end):
    path, held, number = link("own", "carl"), browser(), number_of("own")
    held.get(path)
    plain = ended(browser(), "/open/" + "x" * 43)
    with acting("ada"):
        end()
        db.session.flush()

    assert ended(browser(), path) == plain
    assert held.get(f"/portal/tickets/{number}").status in (303, 404)
    assert held.post(f"/portal/tickets/{number}/replies", {"content": "Still me."}).status in (303, 404)
    with acting("ada"):
        assert db.session.scalars(select(Comment.id).where(Comment.content == "Still me.")).all() == []


def test_F02_expired_means_over_for_browsers_that_hold_it_too(browser, link, opened, number_of):
    path, plain = link("own", "carl"), ended(browser(), "/open/" + "x" * 43)
    with clock.freeze(clock.now() + LIFETIME + timedelta(seconds=1)):
        assert ended(browser(), path) == plain
        assert opened.get(f"/portal/tickets/{number_of('own')}").location == "/open"


@pytest.mark.parametrize("deed", ["password", "devices/sign-out-elsewhere"])
def test_F02_another_password_and_signing_out_everywhere_end_keys(as_carl, browser, link, deed):
    path = link("own", "carl")
    form = {"present_password": "correct horse battery", "new_password": "another long sentence"}
    assert as_carl.post(f"/portal/profile/{deed}", form).status == 303

    assert ended(browser(), path)[2][0] == 410


def test_F02_nothing_a_browser_held_before_goes_on(browser, link):
    somebody = browser()
    with somebody.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    somebody.get(link("own", "carl"))

    with somebody.client.session_transaction() as session:
        assert "planted" not in session
        assert "sid" not in session


def test_E01_a_key_opens_no_other_ticket_and_no_other_page(opened, number_of):
    """Carl could see “invited”, too; his link to “own” does not."""
    foreign = [number_of(name) for name in ("invited", "stranger", "colleague", "deleted")]
    own = number_of("own")
    pages = {
        "/portal", "/portal/tickets", "/portal/tickets/new", "/portal/profile", "/portal/profile/erasure/new",
        "/portal/organization", "/portal/colleagues", f"/portal/receipts/{own}", "/agent", "/admin",
    }  # fmt: skip

    assert opened.get(f"/portal/tickets/{own}").status == 200
    assert {opened.get(f"/portal/tickets/{number}").status for number in foreign} == {303}
    assert {opened.get(page).status for page in pages} <= {303, 404, 308}
    form = {"content": "x", "email": "mallory@evil.example"}
    for number in foreign:
        for deed in ("replies", "closure", "reopening", "participants"):
            assert opened.post(f"/portal/tickets/{number}/{deed}", form).status in (303, 404, 405)
    assert opened.post(f"/portal/tickets/{own}/participants", form).status in (303, 403, 404)


def test_E02_files_of_its_ticket_and_no_others(opened, acting):
    with acting("ada"):
        files = dict(db.session.execute(select(Attachment.filename, Attachment.public_id)).all())
    got = {name for name, public_id in files.items() if opened.get(f"/files/{public_id}").status == 200}

    assert got == {"own question.txt", "own answer.txt"}


def test_E09_the_database_shows_the_ticket_alone_even_without_our_checks(app, transaction, world, ids):
    """The transaction that a held key runs in knows the ticket, not the person."""
    from helpdesk.core import current
    from helpdesk.core.current import DatabaseRole, Entry, Via

    with app.app_context():
        current.begin(
            Entry(
                via=Via.WEB,
                role=DatabaseRole.CUSTOMER,
                request_id="x",
                user_id=ids("carl"),
                ticket_id=world["own"],
            )
        )
        try:
            assert db.session.execute(select(Ticket.title)).scalars().all() == ["own"]
            assert db.session.execute(select(EmailAddress.email)).scalars().all() == []
            db.session.rollback()
        finally:
            db.session.remove()
            current.end()


def test_F09_following_a_link_changes_nothing(browser, link, acting):
    path = link("own", "carl")

    with counted_statements() as seen:
        browser().get(path)
        browser().client.head(path)

    changes = [each for each in seen if each.split()[0].lower() not in ("select", "with")]
    assert [each for each in changes if not each.startswith("INSERT INTO access_logs")] == []
    with acting("ada"):
        assert db.session.scalars(select(SignInSession)).all() == []


def test_F01_the_secret_is_on_no_page_and_in_no_address_after_it(browser, link):
    path = link("own", "carl")
    reader = browser()
    led = reader.get(path)
    page = reader.get(led.location)

    secret = path.removeprefix("/open/")
    assert secret not in page.html + led.location + str(page.headers) + reader.get("/open").html
    assert led.headers["Referrer-Policy"] == page.headers["Referrer-Policy"] == "same-origin"
    assert led.headers["Cache-Control"] == "no-store"


def test_F03_a_new_link_is_asked_for_alike(browser, link, acting):
    path = link("own", "carl")
    with acting("ada"):
        db.session.scalars(select(TicketKey)).one().expires_at = clock.now()
    answers = []
    for text in (path, "/open/" + "x" * 43):
        reader = browser()
        reader.get(text)
        sent = reader.post("/open/renewal")
        answers.append((unlike(sent), sent.location, unlike(reader.get(sent.location))))

    assert answers[0] == answers[1]


def test_A02_what_a_link_shows_proves_no_address(opened, acting):
    """Who reads one ticket by its link is signed in nowhere, and changes nothing about the account."""
    assert opened.get("/").location == "/login"
    assert opened.post("/portal/profile", {"full_name": "Mallory"}).status == 303
    with acting("ada"):
        assert person_named("carl").full_name == "Carl Customer"
