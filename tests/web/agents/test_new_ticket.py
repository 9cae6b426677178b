"""Opening a ticket on behalf of somebody: whose it is, who reads along, how it came in, and where it stands after."""

import re

import pytest
from sqlalchemy import func, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditLog
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, Ticket, TicketStatus, ticket_participants
from helpdesk.tickets.operations import resolve
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

CEILING = 10
FORM = {
    "requester": "carl@customer.example",
    "title": "He called",
    "description": "The printer again.",
    "priority": "high",
    "team": "",
}


@pytest.fixture
def one(acting):
    """`one(Ticket.via)` is a column of the only ticket there is."""

    def look(*columns):
        with acting("ada"):
            found = db.session.execute(select(*columns).select_from(Ticket)).one()
            return found[0] if len(columns) == 1 else tuple(found)

    return look


@pytest.fixture
def count(acting):
    def look(model):
        with acting("ada"):
            return db.session.scalar(select(func.count(model.id)))

    return look


def requester_is(one, name):
    return one(select(User.full_name).where(User.id == Ticket.requester_id).scalar_subquery()) == name


class TestWhose:
    def test_somebody_chosen_from_a_list(self, as_ana, one, person_id):
        words = "Carl Customer <carl@customer.example>"
        form = {**FORM, "requester": words, "sought": words, "person": person_id("carl")}

        assert as_ana.post("/agent/tickets", form).status == 303
        assert requester_is(one, "Carl Customer")

    def test_what_was_typed_over_a_choice_counts(self, as_ana, one, person_id):
        form = {**FORM, "requester": "olga@stranger.example", "sought": "Carl", "person": person_id("carl")}

        as_ana.post("/agent/tickets", form)
        assert requester_is(one, "Olga Other")

    def test_without_script_a_name_lists_whom_it_may_mean(self, as_ana, one, person_id, count):
        page = as_ana.post("/agent/tickets", {**FORM, "requester": "customer"})

        assert page.status == 422
        assert "Choose who it is" in page.text
        assert re.findall(r'type="radio" name="person" value="(\d+)"', page.html) == [
            person_id("carl"),
            person_id("cora"),
        ]
        assert re.findall(r'name="sought"[^>]*value="customer"', page.html)
        assert count(Ticket) == 0
        form = {**FORM, "requester": "customer", "sought": "customer", "person": person_id("cora")}
        as_ana.post("/agent/tickets", form)
        assert requester_is(one, "Cora Colleague")

    def test_somebody_new_with_several_addresses(self, as_ana, acting):
        form = {
            **FORM,
            "requester": "new@else.example",
            "name": "Nora New",
            "more_addresses": "n@a.example; n@b.example",
        }

        assert as_ana.post("/agent/tickets", form).status == 303

        with acting("ada"):
            rows = db.session.execute(
                select(EmailAddress.email, EmailAddress.is_primary, EmailAddress.verified_at)
                .join(EmailAddress.user)
                .where(User.full_name == "Nora New")
                .order_by(EmailAddress.id)
            )
            assert [tuple(row) for row in rows] == [
                ("new@else.example", True, None),
                ("n@a.example", False, None),
                ("n@b.example", False, None),
            ]

    def test_an_address_written_with_a_name(self, as_ana, one):
        as_ana.post("/agent/tickets", {**FORM, "requester": "Nora New <new@else.example>"})

        assert requester_is(one, "Nora New")

    def test_every_agent_may_open_for_every_address(self, as_ben, permitted, one, team_id):
        permitted("ben", Permission.ANSWER_TICKETS)

        assert as_ben.post("/agent/tickets", {**FORM, "team": team_id}).status == 303
        assert requester_is(one, "Carl Customer")

    def test_but_chooses_only_whom_they_may_know_of(self, as_ben, permitted, person_id, team_id, count):
        permitted("ben", Permission.ANSWER_TICKETS)
        form = {**FORM, "team": team_id, "requester": "Carl", "sought": "Carl", "person": person_id("carl")}

        page = as_ben.post("/agent/tickets", form)

        assert (page.status, count(Ticket)) == (422, 0)
        assert "carl@" not in page.text
        assert as_ben.get(f"/agent/tickets/new?person={person_id('carl')}").status == 404


class TestOffered:
    def test_the_page_of_a_person_fills_the_form(self, as_ana, asked, deed, person_id):
        number, done = asked("carl", title="Still open"), asked("carl", title="Over")
        deed("ana", resolve, done)

        page = as_ana.get(f"/agent/tickets/new?person={person_id('carl')}")

        assert 'value="Carl Customer &lt;carl@customer.example&gt;"' in page.html
        assert "Carl Customer has an open ticket. Is it about that?" in page.text
        assert number in page.text
        assert done not in page.text

    def test_it_costs_little(self, as_ada, cold, asked, person_id):
        for _ in range(20):
            asked("carl")
        carl, browser = person_id("carl"), cold(as_ada)

        with counted_statements() as statements:
            browser.get(f"/agent/tickets/new?person={carl}")

        assert len(statements) <= CEILING

    def test_every_word_is_translated(self, as_ana, pseudo, asked, person_id):
        asked("carl")
        assert untranslated(as_ana.get(f"/agent/tickets/new?person={person_id('carl')}").html) == []
        page = as_ana.post("/agent/tickets", {**FORM, "requester": "customer"})
        assert [each for each in untranslated(page.html) if "Choose who" not in each] == []

    def test_who_may_not_change_tickets_is_offered_none_of_that(self, as_ben, permitted, one):
        permitted("ben", Permission.SEE_EVERY_TICKET, Permission.ANSWER_TICKETS)

        page = as_ben.get("/agent/tickets/new")
        as_ben.post("/agent/tickets", {**FORM, "status": "closed", "tags": "vip"})

        assert 'name="status"' not in page.html
        assert one(Ticket.status) is TicketStatus.OPEN


class TestKept:
    @pytest.mark.parametrize("via", [Via.PHONE, Via.WALK_IN, Via.MAIL, Via.WEB])
    def test_how_it_came_in_stays_on_ticket_and_message_and_the_trail_says_web(
        self, as_ana, acting, one, via
    ):
        as_ana.post("/agent/tickets", {**FORM, "via": via.value})

        assert one(Ticket.via) is via
        with acting("ada"):
            assert db.session.scalars(select(Comment.via)).one() is via
            told = select(AuditLog.via).where(AuditLog.table_name == "tickets")
            assert set(db.session.scalars(told)) == {Via.WEB}

    def test_participants_are_found_or_made(self, as_ana, acting, as_cora):
        as_ana.post(
            "/agent/tickets", {**FORM, "cc": "cora@customer.example, New@Else.example carl@customer.example"}
        )

        with acting("ada"):
            emails = select(EmailAddress.email).join(
                ticket_participants, ticket_participants.c.user_id == EmailAddress.user_id
            )
            assert sorted(db.session.scalars(emails)) == ["New@else.example", "cora@customer.example"]
        assert "He called" in as_cora.get("/portal/tickets").text

    @pytest.mark.parametrize(
        "status, assigned, expected",
        [
            ("", False, TicketStatus.OPEN),
            ("", True, TicketStatus.IN_PROGRESS),
            ("waiting_on_customer", True, TicketStatus.WAITING_ON_CUSTOMER),
            ("resolved", False, TicketStatus.RESOLVED),
            ("closed", True, TicketStatus.CLOSED),
        ],
    )
    def test_it_stands_where_it_was_put(self, as_ana, one, person_id, team_id, status, assigned, expected):
        ben = person_id("ben") if assigned else ""
        as_ana.post(
            "/agent/tickets",
            {**FORM, "status": status, "assignee": ben, "team": team_id, "tags": "vip, fire"},
        )

        found = one(Ticket.status, Ticket.assignee_id, Ticket.team_id)
        assert found == (expected, int(ben) if ben else None, int(team_id))

    def test_tags_are_put_on(self, as_ana):
        page = as_ana.post("/agent/tickets", {**FORM, "tags": "vip, On Fire"}, follow=True)

        assert "vip" in page.text
        assert "on-fire" in page.text


class TestRefused:
    @pytest.mark.parametrize(
        "wrong, words",
        [
            ({"requester": " "}, "Whose ticket is it?"),
            ({"requester": "nobody at all"}, "Nobody is called that."),
            (
                {"requester": "new@else.example", "more_addresses": "nonsense"},
                "This is not an e-mail address",
            ),
            (
                {"requester": "new@else.example", "more_addresses": "carl@customer.example"},
                "Somebody with the address carl@customer.example is here already",
            ),
            ({"more_addresses": "c@c.example"}, "is known already. Further addresses"),
            ({"cc": "cora@customer.example, nonsense"}, "“nonsense” is not an e-mail address."),
            (
                {"cc": "fresh@else.example ben@desk.example"},
                "ben@desk.example belongs to somebody who works here.",
            ),
            ({"cc": " ".join(f"c{n}@else.example" for n in range(21))}, "Name 20 people at most."),
            ({"via": "pigeon"}, "Invalid"),
            ({"tags": 'a"b'}, "cannot be a tag"),
            ({"assignee": "999999"}, "Not a valid choice"),
            ({"person": "9" * 30, "sought": "zzz", "requester": "zzz"}, "Nobody is called"),
        ],
    )
    def test_nothing_is_made_and_everything_typed_is_kept(self, as_ana, count, wrong, words):
        people = count(User)

        page = as_ana.post("/agent/tickets", {**FORM, "title": "He <called>", **wrong})

        assert page.status in (409, 422)
        assert words in page.text
        assert 'value="He &lt;called&gt;"' in page.html
        assert (count(Ticket), count(User)) == (0, people)

    def test_a_customer_is_no_assignee(self, as_ana, count, person_id):
        page = as_ana.post("/agent/tickets", {**FORM, "assignee": person_id("carl")})

        assert (page.status, count(Ticket)) == (422, 0)
