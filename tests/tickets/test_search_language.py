"""Texts in a language: a word is found in all its forms, and while the indexes change nobody finds anything wrong."""

from contextlib import ExitStack

import pytest
from sqlalchemy import select, text

from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core import current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import DatabaseRole, Via
from helpdesk.core.db import db
from helpdesk.core.row_security import switch
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.search_language import NONE, PLAIN, WORDS, Standing, speak, standing
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.criteria.words import says
from helpdesk.tickets.headlines import beginnings, marked_title
from helpdesk.tickets.known_words import learn_words, likely_meant
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import note, open_ticket, reply
from helpdesk.tickets.queries import tickets_for
from helpdesk.tickets.requests import worded
from tests.conftest import person_named

TITLES = ("Zwei Rechnungen fehlen", "Die Rechnung ist falsch", "Der Rechner ist kaputt", "Alles gut")


@pytest.fixture
def in_own(own_app):
    """`with in_own():` works in the desk of the test, and commits."""

    def entered():
        stack = ExitStack()
        stack.enter_context(own_app.app_context())
        stack.enter_context(current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID))
        stack.enter_context(unit_of_work())
        return stack

    with entered():
        carl, ana = person_named("carl"), person_named("ana")
        for title in TITLES:
            ticket = open_ticket(requester=carl, by=carl, title=title, description="Siehe oben.")
        reply(ticket, by=ana, content="Wir haben die Häuser gestrichen.")
        note(ticket, by=ana, content="Mit geheimen Farben.")
    return entered


@pytest.fixture
def speaking(own_app):
    """Another language, outside of any transaction."""

    def spoken(language, **more):
        with own_app.app_context():
            speak(configuration(), language, **more)

    return spoken


def found(word, *, name="ana", is_prefix=False):
    person = person_named(name)
    tickets = tickets_for(person).where(says(word, person, is_prefix=is_prefix))
    return {ticket.title for ticket in db.session.scalars(tickets)}


def left_over():
    """Configurations, dictionaries and indexes of words."""
    return db.session.scalars(
        text(
            "select cfgname from pg_ts_config where cfgname like 'helpdesk%' union all "
            "select dictname from pg_ts_dict where dictname like 'helpdesk%' union all "
            "select indexname from pg_indexes where indexdef like '%helpdesk_words%' order by 1"
        )
    ).all()


def test_a_word_is_found_in_all_its_forms_by_who_may_read_it(in_own, speaking):
    with in_own():
        assert found("Rechnung") == {TITLES[1]}

    speaking("german")

    with in_own():
        assert [found(word) for word in ("Rechnung", "RECHNUNGEN", "Rechner", "die", "haus", "Geheim")] == [
            {TITLES[0], TITLES[1]},
            {TITLES[0], TITLES[1]},
            {TITLES[2]},
            {TITLES[1], TITLES[3]},
            {TITLES[3]},
            {TITLES[3]},
        ]
        assert found("Rechnungen fehlen") == found("Rechnung fehle") == {TITLES[0]}
        assert found("fehlen Rechnungen") == set()
        assert [found(word, name="carl") for word in ("haus", "geheim")] == [{TITLES[3]}, set()]
    with in_own():
        carl = person_named("carl")
        switch(db.session(), role=DatabaseRole.CUSTOMER, user_id=carl.id)
        asked = {ticket.title for ticket in db.session.scalars(worded(tickets_for(carl), "Rechnung"))}
        assert asked == {TITLES[0], TITLES[1]}


def test_what_is_found_is_marked(in_own, speaking):
    speaking("german")

    with in_own():
        column = marked_title(beginnings(["Rechnung"]))
        shown = select(column).select_from(Ticket).where(Ticket.title == TITLES[0])
        assert db.session.scalar(shown) == "Zwei \ue000Rechnungen\ue001 fehlen"


def test_an_unfinished_word_finds_what_it_may_become(in_own, speaking):
    with in_own():
        for _ in range(3):
            carl = person_named("carl")
            open_ticket(requester=carl, by=carl, title="The university is working", description="Universe")
        learn_words()
    speaking("english")

    with in_own():
        word = "university"
        for length in range(2, len(word) + 1):
            assert found(word[:length], is_prefix=True) == {"The university is working"}, word[:length]
        for begun in ("wor", "work", "worki", "workin", "working", "WORKI"):
            assert found(begun, is_prefix=True) == {"The university is working"}, begun
        assert found("wording", is_prefix=True) == set()
        assert found("universal'\\ :*", is_prefix=True) == {"The university is working"}


def test_what_is_probably_meant_is_a_whole_word(in_own, speaking):
    with in_own():
        carl = person_named("carl")
        for _ in range(3):
            open_ticket(requester=carl, by=carl, title="Two batteries", description="Broken")
    speaking("english")

    with in_own():
        learn_words()
        assert db.session.scalar(likely_meant("bateries")) == "batteries"


def test_meanwhile_every_search_finds_what_it_found(in_own, speaking):
    seen = []

    def look(_line):
        with in_own():
            seen.append((found("Rechnung"), found("Rechnungen"), found("rech", is_prefix=True)))

    for _ in range(10):  # by now PostgreSQL keeps a plan
        look("")
    speaking("german", tell=look)
    look("")

    before, after = (
        ({TITLES[1]}, {TITLES[0]}, set(TITLES[:3])),
        ({*TITLES[:2]}, {*TITLES[:2]}, set(TITLES[:3])),
    )
    assert seen[:-2] == [before] * (len(seen) - 2)
    assert seen[-2:] == [after, after]


def test_killed_half_way_it_goes_on_and_leaves_nothing(in_own, speaking):
    with in_own():
        whole = left_over()

    def die(line):
        if "comments" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        speaking("german", tell=die)
    with in_own():
        stands = standing(db.session())
    told = []
    speaking("german", tell=told.append)
    with in_own():
        german = left_over()
    speaking("french")
    with in_own():
        french = left_over()
    speaking(NONE)

    assert (stands.language, 0 < stands.ready < stands.total) == (NONE, True)
    assert len(told) == stands.total - stands.ready + 1
    assert german == sorted([*whole, "helpdesk_german"])
    assert french == sorted([*whole, "helpdesk_french"])
    with in_own():
        assert left_over() == whole
        assert {WORDS, PLAIN} <= set(whole)
        assert found("Rechnung") == {TITLES[1]}


def test_the_setting_has_a_job_do_it(own_app, in_own):
    with in_own():
        change_settings(search_language="german")

    run_waiting_jobs(own_app)

    with in_own():
        assert standing(db.session()) == Standing("german", 0, 5)
        assert found("Rechnung") == {*TITLES[:2]}


def test_words_are_forms_of_one_where_postgresql_says_so(in_own, speaking):
    """Held against PostgreSQL's own stemmer, word by word."""
    speaking("german")

    def kept_as(word):
        return db.session.scalar(text("select (ts_lexize('german_stem', :word))[1]"), {"word": word})

    with in_own():
        said = {
            title: {kept_as(word) for word in f"{title} Siehe oben".lower().split()} for title in TITLES[:3]
        }
        for word in ("rechnungs", "rechne", "fehle", "fehlend", "falsches", "kaputter", "sieh", "obern"):
            wanted = {title for title, words in said.items() if (kept_as(word) or word) in words}
            assert found(word) & {*TITLES[:3]} == wanted, word
