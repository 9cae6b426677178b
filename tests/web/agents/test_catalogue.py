"""The catalogue of the agents' pages leaves none out."""

from flask import Flask

from tests.support.agent_pages import PAGES, PARTS, endpoints_shown, rules_of_agents


def test_every_address_of_the_agents_desk_is_in_the_catalogue(app: Flask) -> None:
    forgotten = {rule.endpoint for rule in rules_of_agents(app)} - endpoints_shown(app)

    assert forgotten == set(), "add a line for each state to PAGES or PARTS in tests/support/agent_pages.py"


def test_every_line_leads_somewhere_and_has_a_name_of_its_own(app: Flask) -> None:
    assert len({page.name for page in (*PAGES, *PARTS)}) == len(PAGES) + len(PARTS)
    assert endpoints_shown(app) <= {rule.endpoint for rule in rules_of_agents(app)}
