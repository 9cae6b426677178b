"""Why somebody may do something: the answers are the policy's, the reasons are true."""

import html
import re

import pytest

from helpdesk.accounts.abilities import ABILITIES
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.tickets import abilities
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import assign
from helpdesk.tickets.policy import Ground
from helpdesk.web.admin.rights_words import ABILITY_WORDS, GROUND_WORDS
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

SEES = "See the ticket"


@pytest.fixture
def answers(as_ada, person_id):
    """`answers("ben", number)`: by ability, Yes or No with the reason."""

    def look(name, ticket=""):
        page = as_ada.get(f"/admin/people/{person_id(name)}/rights?ticket={ticket}")
        assert page.status == 200
        cells = r'(?s)<th scope="row">([^<]+)</th>.*?</svg>\s*(\w+).*?class="muted why"[^>]*>([^<]*)<'
        return {what: (may, html.unescape(why)) for what, may, why in re.findall(cells, page.html)}

    return look


def test_every_rule_and_ground_has_its_words():
    rules = (*ABILITIES, *abilities.ABILITIES, *abilities.ABILITIES_WITH)
    assert set(ABILITY_WORDS) == {rule.__name__ for rule in rules}
    assert set(GROUND_WORDS) == set(Ground)


def test_what_a_role_permits_and_lacks_is_named(answers):
    said = answers("ana")

    assert said["Change tickets they see"] == ("Yes", "The role Agent permits it: Change tickets.")
    assert said["Manage the desk"] == ("No", "The role Agent lacks: Manage the desk.")
    assert said["Merge accounts"] == ("No", "The role Agent lacks: Manage people.")
    assert SEES not in said


def test_of_a_ticket_why_they_see_it(answers, number, permitted, acting):
    permitted("ben", Permission.SEE_TEAM_TICKETS)
    may = "The role What ben may shows tickets of their teams and those assigned to them; this is neither."
    assert answers("ben", number)[SEES] == ("No", may)
    assert "Answer in public" not in answers("ben", number)

    with acting("ada") as ada:
        ticket = db.session.query(Ticket).filter_by(ticket_number=number).one()
        assign(ticket, to=person_named("ben"), by=ada)

    said = answers("ben", number.lower())
    assert said[SEES] == ("Yes", "It is assigned to them.")
    assert said["Answer in public"] == ("No", "The role What ben may lacks: Answer tickets.")
    assert answers("ana", number)[SEES] == ("Yes", "Their role shows every ticket.")


def test_of_customers(answers, number):
    carl, cora = answers("carl", number), answers("cora", number)

    assert carl[SEES] == ("Yes", "It is their own request.")
    assert carl["Answer in public"] == ("Yes", "Customers may, with every request they see.")
    assert carl["Say that it is solved"] == ("Yes", "It is their own request.")
    assert carl["Write an internal note"] == ("No", "Not with an account of this kind.")
    assert cora[SEES][0] == "No"
    assert "no organization shares it with them" in cora[SEES][1]


def test_who_is_deactivated_may_nothing(answers, number, acting):
    with acting("ada"):
        person_named("ana").is_active = False

    assert set(answers("ana", number).values()) == {("No", "The account is not active: it may nothing.")}


def test_a_ticket_that_is_not_there_or_not_seen(as_ana, as_ada, person_id, permitted, number):
    permitted("ana", Permission.MANAGE_PEOPLE)
    for browser, asked in ((as_ada, "HD-999999"), (as_ana, number)):
        page = browser.get(f"/admin/people/{person_id('carl')}/rights?ticket={asked}")
        assert page.status == 404
        assert "There is no such ticket, or none that you see." in page.text


def test_it_takes_the_permission(as_ana, as_carl, person_id):
    assert as_ana.get(f"/admin/people/{person_id('ben')}/rights").status == 403
    assert as_carl.get(f"/admin/people/{person_id('ben')}/rights").status == 404


def test_it_costs_few_statements(as_ada, person_id, number, cold):
    path = f"/admin/people/{person_id('ben')}/rights?ticket={number}"
    cold(as_ada)
    with counted_statements() as seen:
        as_ada.get(path)

    assert len(seen) <= 7


def test_every_word_is_translated(as_ada, person_id, number, pseudo):
    left = untranslated(as_ada.get(f"/admin/people/{person_id('ben')}/rights?ticket={number}").html)
    assert [each for each in left if each not in ("Agent", "Ben Brown", "The printer is on fire")] == []
