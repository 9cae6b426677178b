"""The catalogue of the agents' pages: every page in the states that look different, for all that visits each of them.

`tests/web/agents/test_catalogue.py` fails where an address of the agents' desk stands in none of its lines.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.routing import Rule


@dataclass(frozen=True, slots=True)
class AgentPage:
    """One page in one state. `path` may hold the names of places: {full}, {person} …"""

    name: str
    path: str
    reader: str = "ada"
    status: int = 200
    sends: Mapping[str, str] = field(default_factory=dict)
    """The fields of a form that is sent to `path`, and refused: what comes back is the page."""
    is_pictured: bool = True
    """Whether a picture of it belongs into docs/screenshots."""

    def address(self, places: Mapping[str, object]) -> str:
        """Its path on the desk that has these places."""
        return self.path.format_map(places)


# Places: full, a ticket with everything · plain, one with nothing · done, a closed one · binned · person, with tickets
# · other, one more customer · staff, a colleague · organization. A word like “zebra” occurs nowhere, {word} does.
PAGES: tuple[AgentPage, ...] = (
    AgentPage("queue", "/agent/queues/open"),
    AgentPage("queue-unassigned", "/agent/queues/unassigned"),
    AgentPage("queue-mine", "/agent/queues/mine", reader="ana"),
    AgentPage("queue-everything", "/agent/queues/everything?sort=-activity", is_pictured=False),
    AgentPage("queue-filtered", "/agent/queues/open?q=priority:urgent"),
    AgentPage("queue-filtered-to-nothing", "/agent/queues/open?q=zebra"),
    AgentPage("queue-misread-filter", "/agent/queues/open?q=colour:red", status=422),
    AgentPage("queue-empty", "/agent/queues/mine", reader="ben"),
    AgentPage("search", "/agent/search?q={word}"),
    AgentPage("search-nothing-typed", "/agent/search"),
    AgentPage("search-nothing-found", "/agent/search?q=zebra"),
    AgentPage("bulk-preview", "/agent/bulk-edits/new?in=open&all=1&deed=status&value=resolved"),
    AgentPage("ticket", "/agent/tickets/{full}", reader="ana"),
    AgentPage("ticket-from-a-queue", "/agent/tickets/{full}?in=open&sort=-activity", is_pictured=False),
    AgentPage("ticket-plain", "/agent/tickets/{plain}"),
    AgentPage("ticket-closed", "/agent/tickets/{done}"),
    AgentPage("ticket-properties", "/agent/tickets/{full}/properties/edit"),
    AgentPage("ticket-deletion", "/agent/tickets/{plain}/deletion/new"),
    AgentPage(
        "ticket-reply-refused",
        "/agent/tickets/{plain}/replies",
        status=422,
        sends={"content": " ", "mode": "reply"},
    ),
    AgentPage("ticket-note-refused", "/agent/tickets/{plain}/notes", status=422, sends={"content": " "}),
    AgentPage(
        "ticket-properties-refused",
        "/agent/tickets/{plain}/properties",
        status=422,
        sends={"new-title": "", "seen-title": "x"},
    ),
    AgentPage("ticket-new", "/agent/tickets/new"),
    AgentPage("ticket-new-refused", "/agent/tickets", status=422, sends={"requester": "nobody", "title": ""}),
    AgentPage("people", "/agent/people"),
    AgentPage("people-none-found", "/agent/people?q=zebra"),
    AgentPage("person", "/agent/people/{person}"),
    AgentPage("person-merge", "/agent/people/{person}/merge"),
    AgentPage("person-merge-preview", "/agent/people/{person}/merge?into={other}"),
    AgentPage("organizations", "/agent/organizations"),
    AgentPage("organization", "/agent/organizations/{organization}"),
    AgentPage("preferences", "/agent/preferences", reader="ana"),
    AgentPage("preferences-refused", "/agent/preferences", status=422, sends={"full_name": ""}),
    AgentPage("bin", "/agent/bin"),
    AgentPage("no-such-ticket", "/agent/tickets/HD-999999", status=404),
    AgentPage("no-such-queue", "/agent/queues/zebra", status=404, is_pictured=False),
)
# What comes into pages, or leads on: each with an address under which it can be had
PARTS: tuple[AgentPage, ...] = (
    AgentPage("start", "/agent", status=303),
    AgentPage("matching-people", "/agent/people/matches?q=a"),
    AgentPage("open-tickets-of-a-person", "/agent/people/{person}/open-tickets"),
    AgentPage("picture", "/agent/people/{person}/picture", status=404),
    AgentPage("tag-names", "/agent/tickets/{full}/tags"),
    AgentPage("draft", "/agent/tickets/{full}/draft"),
    AgentPage("news", "/agent/tickets/{full}/news?seen=0", status=400),
)


def rules_of_agents(app: Flask) -> list[Rule]:
    """The addresses of the agents' desk that can be opened."""
    rules = app.url_map.iter_rules()
    return [rule for rule in rules if rule.endpoint.startswith("agents.") and "GET" in (rule.methods or ())]


def endpoints_shown(app: Flask) -> set[str]:
    """The endpoints the catalogue's lines lead to."""
    adapter = app.url_map.bind("localhost")
    paths = (
        re.sub(r"\{\w+\}", "1", page.path.partition("?")[0]) for page in (*PAGES, *PARTS) if not page.sends
    )
    return {adapter.match(path, method="GET")[0] for path in paths}
