"""Every story can be told by everybody who might tell it."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from helpdesk.demo.facts import MAKERS, Facts
from helpdesk.demo.people import Organization, Person
from helpdesk.demo.stories import TEAMS, Phrase, all_stories, phrases, shelf

NOW = datetime(2026, 6, 17, 9, 5, tzinfo=UTC)


def person(organization=None):
    who = Person("Zoë de Wit", "Zoë", "zoe.dewit@posta.example", "Europe/Amsterdam", "Utrecht", ["Parkweg"])
    if organization:
        who.organization = organization
        organization.people = [who, Person("Ivo Říha", "Ivo", "ivo@x.example", "Europe/Prague")]
    return who


def facts_of(who, seed=1):
    agents = [Person(name, name, f"{name}@velorna.example", "Europe/Amsterdam") for name in ("Ines", "Jonas")]
    facts = Facts(Random(seed), who, NOW, started=NOW - timedelta(days=400), lead=agents[0], staff=agents)
    facts.update(agent="Ines", other="Jonas", team="Service")
    return facts


SENTENCES = ("problem", "detail", "wish", "notes", "updates", "solutions", "relapse", "again")


def everything_said_in(story):
    """Each phrase, and whether it is a whole sentence."""
    for name in SENTENCES:
        yield from ((phrase, True) for phrase in getattr(story, name))
    for question, answer in story.exchanges:
        yield from ((question, True), (answer, False))
    yield from ((title, False) for title in story.titles)


@pytest.mark.parametrize("audience", ["organizations", "people"])
def test_every_sentence_finds_its_facts(audience):
    home = Organization("Orrin & Fay", "orrin-and-fay.example", "none", "Cork", {"streets": ["Mill Lane"]})
    who = person(home if audience == "organizations" else None)
    for number, story in enumerate(shelf(audience).stories):
        facts = facts_of(who, seed=number)
        for phrase, is_sentence in everything_said_in(story):
            said = phrase.say(Random(number), facts)
            assert not (is_sentence and said[0].islower()), said
            assert not set("{}<>|") & set(said), said
    for known in phrases().values():
        for phrase in known:
            assert phrase.say(Random(1), facts_of(who)) != ""


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_fact_stays_what_it_was(name):
    facts = facts_of(person())

    assert facts[name] == facts[name] != ""


def test_a_capital_name_is_the_same_fact_at_the_beginning_of_a_sentence():
    facts = facts_of(person())

    assert facts["Workshop"] == facts["workshop"][0].upper() + facts["workshop"][1:]


def test_a_private_person_says_i_and_a_company_we():
    home = Organization("Orrin & Fay", "orrin-and-fay.example", "none", "Cork", {"streets": ["Mill Lane"]})

    assert facts_of(person())["We"] == "I"
    assert facts_of(person(home))["We"] == "We"


def test_what_was_promised_for_a_day_gone_by_is_promised_anew():
    facts = facts_of(person())
    first = facts.promised()

    facts.say_on(first)

    assert facts.promised() > first
    assert facts.promised().weekday() < 5


def test_alternatives_are_all_said_some_day():
    phrase = Phrase("a <red|blue> {thing}<|, really>")

    said = {phrase.say(Random(seed), {"thing": "bike"}) for seed in range(40)}

    assert said == {"a red bike", "a blue bike", "a red bike, really", "a blue bike, really"}


def test_every_team_has_stories_of_companies_and_of_people():
    for audience in ("organizations", "people"):
        assert {story.team for story in shelf(audience).stories} == set(TEAMS)


def test_there_is_enough_to_tell():
    titles = {id(title) for story in all_stories() for title in story.titles}

    assert len(all_stories()) >= 95
    assert len(titles) >= 200
