"""The matrix: who asks for what, what has to come of it, and what came."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from sqlalchemy import Connection
from werkzeug.routing import Rule

from helpdesk.accounts.models import Organization, Sharing
from helpdesk.core.db import db
from tests.security.actors import ACTORS, KNOW_THE_BIN, SEEN_BY, SHARING, STAFF
from tests.security.routes import About, Door, Route
from tests.support.browser import Browser, Seen
from tests.support.pages.visiting import browser_of
from tests.support.real_desk import RealDesk

THINGS: Mapping[About, tuple[str, ...]] = {
    About.NOTHING: ("there",),
    About.TICKET: ("own", "foreign", "deleted", "missing"),
    About.MESSAGE: ("own", "foreign", "deleted", "missing"),
    About.DELETED_TICKET: ("deleted", "own", "foreign", "missing"),
    About.FILE: ("own", "noted", "foreign", "deleted", "missing"),
    About.TOKEN: ("there", "missing"),
    About.OVER: ("over",),
    About.ROW: ("there", "missing"),
    About.KNOWN: ("known", "missing"),
    About.NAME: ("there", "missing"),
    About.OWN: ("the admin's", "missing"),
}
MISSING: Mapping[str, Any] = {
    "number": "HD-999999",
    "public_id": "x" * 22,
    "slug": "zebra",
    "filename": "zebra.js",
    "way": "incoming",
    "deed": "readings",
}
NO_ROW = 999_999


class Outcome(Enum):
    """What an answer comes to."""

    OPEN = auto()
    SIGN_IN = auto()
    HOME = auto()
    MORE = auto()
    """Who came by a link is asked to prove more first."""
    REFUSED = auto()
    NOT_FOUND = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Case:
    """One address, and what it names."""

    rule: Rule
    method: str
    route: Route
    thing: str
    path: str
    fields: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.rule.endpoint} ({self.thing})"


def cases(app: Flask, routes: Mapping[str, Route], places: Mapping[str, Any]) -> Iterator[Case]:
    """Every address and method with each of the things it can name."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        route = routes.get(rule.endpoint)
        if route is None:  # another test says so
            continue
        for thing in THINGS[route.about]:
            values = {name: value_of(name, rule, route, thing, places) for name in rule.arguments}
            path = adapter.build(rule.endpoint, {**values, **query_of(rule)})
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                fields = {
                    name: text.format_map(places) for name, text in FIELDS.get(rule.endpoint, {}).items()
                }
                yield Case(rule, method, route, thing, path, fields)


def query_of(rule: Rule) -> dict[str, str]:
    return dict(parse_qsl(QUERIES.get(rule.endpoint, "")))


def value_of(name: str, rule: Rule, route: Route, thing: str, places: Mapping[str, Any]) -> Any:
    """What stands for this argument of an address that names the thing."""
    if thing == "missing":
        return MISSING.get(name, NO_ROW if name.endswith("_id") else "x" * 43)
    if name == "number":
        return places[thing]
    if name in ("message_id", "held_id"):
        return places[f"{thing}-{name}"]
    if name == "public_id":
        return places.get(f"{thing}-file", MISSING[name])
    if name == "token":
        return places[PURPOSES[rule.endpoint.split(".")[1]]]
    resource = rule.endpoint.rpartition(".")[0]
    return places[OTHER_PLACES.get(resource, {}).get(name) or PLACES[name]]


PURPOSES: Mapping[str, str] = {
    "confirmations": "confirm_email",
    "guest_confirmations": "confirm_request",
    "invitations": "invitation",
    "recoveries": "reset_password",
    "magic_links": "magic_link",
    "added_addresses": "confirm_address",
    "setup": "set_up",
    "ticket_keys": "key",
}
"""Which token the addresses of a resource carry."""
PLACES: Mapping[str, str] = {
    "person_id": "person",
    "organization_id": "organization",
    "team_id": "team",
    "role_id": "role",
    "tag_id": "tag",
    "address_id": "address",
    "recipient_id": "failed_mail",
    "job_id": "failed_job",
    "purge_id": "purge",
    "edit_id": "bulk_edit",
    "slug": "queue",
    "filename": "script",
    "sha256": "logo",
    "color": "colour",
    "request_id": "request",
    "group": "group",
    "address": "mailbox",
    "mailbox_id": "box",
    "provider_id": "idp",
    "inbound_id": "arrived",
    "blocked_id": "blocked",
    "way": "way",
    "deed": "deed",
    "handle": "handle",
    "kind": "kind",
}
"""Which place of the furnished desk stands for an argument …"""
OTHER_PLACES: Mapping[str, Mapping[str, str]] = {
    "customers.invitations": {"person_id": "asked_in"},
    "brand": {"name": "colours"},
    "admin.branding": {"name": "colours"},
    "admin.settings": {"name": "setting"},
    "agents.statistics": {"name": "table"},
    "agents.views": {"slug": "view"},
    "agents.view_pins": {"slug": "view"},
}
"""… of most addresses, and for that of these resources."""
QUERIES: Mapping[str, str] = {
    "agents.bulk_edits.new": "in=open&all=1&deed=status&value=resolved",
    "agents.news.show": "seen=1-1-1-1",
    "admin.job_kinds.new": "kind=identity.request_reset",
}
"""What an address needs beside its path to mean anything."""
FIELDS: Mapping[str, Mapping[str, str]] = {
    "agents.bulk_edits.create": {"in": "open", "all": "1", "deed": "status:resolved"},
    "agents.person_merges.create": {"into": "{other}"},
    "admin.tag_merges.create": {"into": "smoke"},
    "admin.organization_members.create": {"person": "{other}"},
}
"""And what a form."""


class Asking:
    """`ask(case)`: the answer, in a browser as it was when the person had just come."""

    def __init__(self, desk: RealDesk, places: Mapping[str, Any], actor: str) -> None:
        self.app = desk.app
        with desk.doing("ada"):
            own = db.session.get_one(Organization, places["organization"])
            own.sharing = SHARING.get(actor, Sharing.MANAGERS)
        browser = browser_of(ACTORS[actor], desk, places)
        with browser.client.session_transaction() as session:
            self._kept = dict(session)

    def __call__(self, case: Case) -> Seen:
        if case.method == "GET":
            return self.get(case.path)
        return self._afresh().post(case.path, dict(case.fields), method=case.method)

    def get(self, path: str, **options: Any) -> Seen:
        return self._afresh().get(path, **options)

    def send(self, path: str, method: str = "POST", fields: Mapping[str, Any] = MappingProxyType({})) -> Seen:
        return self._afresh().post(path, dict(fields), method=method)

    def _afresh(self) -> Browser:
        browser = Browser(self.app, self.app.test_client())
        with browser.client.session_transaction() as session:
            session.update(self._kept)
        return browser


def expected(case: Case, actor: str) -> Outcome:
    """What has to come of this person asking for this."""
    route = case.route
    if (turned_away := at_the_door(case, actor)) is not None:
        return turned_away
    if not finds(case, actor):
        if route.is_forgiving:
            return Outcome.OPEN
        return Outcome.GONE if route.about in (About.TOKEN, About.OVER) else Outcome.NOT_FOUND
    if actor not in STAFF and route.does and actor not in route.does:
        return Outcome.REFUSED
    if actor in STAFF and route.takes and route.takes not in STAFF[actor]:
        return Outcome.REFUSED
    return Outcome.OPEN


def at_the_door(case: Case, actor: str) -> Outcome | None:
    """Who does not pass, whatever the address names."""
    door = case.route.door
    if door is Door.ANYBODY:
        return None
    if actor == "link holder":
        return of_link_holder(case)
    if actor == "anonymous":
        return Outcome.SIGN_IN
    if (actor in STAFF) if door is Door.CUSTOMERS else (actor not in STAFF and door is Door.STAFF):
        return Outcome.HOME
    if actor not in STAFF:
        return Outcome.NOT_FOUND if door is Door.ADMINISTRATION else None
    return Outcome.REFUSED if case.route.needs and case.route.needs not in STAFF[actor] else None


def of_link_holder(case: Case) -> Outcome | None:
    """A mailed link opens its own ticket; beyond that it counts for nothing but a friendlier way on."""
    if case.route.by_link and case.thing == "own":
        return None
    if case.route.door is Door.CUSTOMERS:
        return Outcome.SIGN_IN if case.route.about is About.TICKET and case.thing != "own" else Outcome.MORE
    return Outcome.SIGN_IN


def finds(case: Case, actor: str) -> bool:
    route = case.route
    if route.only is not None and actor not in route.only and actor not in STAFF:
        return False
    if route.about is About.DELETED_TICKET:
        return case.thing == "deleted" and (actor not in STAFF or actor in KNOW_THE_BIN)
    return actor in SEEN_BY.get(case.thing, ())


def outcome(case: Case, actor: str, answer: Seen) -> Outcome | str:
    """What the answer comes to; words for what must never come."""
    location = answer.location or ""
    if location.startswith("/login"):
        is_meant = case.route.door is Door.ANYBODY and case.rule.endpoint.startswith("public.")
        return Outcome.OPEN if is_meant else Outcome.SIGN_IN
    if location.startswith("/open/all") and case.route.door is not Door.ANYBODY:
        return Outcome.MORE
    if answer.status in HOMELY and is_home(location) and not same_face(case, actor):
        return Outcome.HOME
    by_status = {403: Outcome.REFUSED, 404: Outcome.NOT_FOUND, 410: Outcome.GONE}
    if answer.status >= 500 and case.rule.endpoint != "public.health.ready":
        return f"{answer.status}"
    return by_status.get(answer.status, Outcome.OPEN)


HOMELY = (302, 303)


def is_home(location: str) -> bool:
    return location in ("/portal/tickets", "/agent/queues/unassigned")


def same_face(case: Case, actor: str) -> bool:
    is_staffs = case.route.door in (Door.STAFF, Door.ADMINISTRATION)
    return case.route.door in (Door.ANYBODY, Door.SIGNED_IN) or is_staffs == (actor in STAFF)


_BY_CHANCE = re.compile(
    r'nonce="[^"]+"|nonce-[\w+/=-]+|name="csrf-token" content="[^"]+"|value="[^"]{36,}"|[0-9a-f]{32}'
    r"|helpdesk=[^;]+"
)
_OF_THE_ADDRESS = frozenset({"Date", "Content-Length"})
"""Headers that follow from the moment, and from the address that was typed: the page itself is compared."""


def looks(case: Case, answer: Seen) -> tuple[int, Sequence[tuple[str, str]], str]:
    """What somebody can tell from the answer, headers and all: without what differs by chance (the page's nonce, the
    token against forged forms, the request's id, the cookie's value), and without the address they typed."""
    typed = re.escape(case.path.partition("?")[0])

    def masked(text: str) -> str:
        return _BY_CHANCE.sub("", re.sub(typed, "…", text))

    headers = sorted((name, masked(text)) for name, text in answer.headers if name not in _OF_THE_ADDRESS)
    return answer.status, headers, masked(content_of(answer))


def content_of(answer: Seen) -> str:
    """The bytes of the answer, pictures included, to look for words in them."""
    return answer.response.get_data().decode("utf-8", "replace")


@contextmanager
def undone(transaction: Connection) -> Iterator[None]:
    """What happens in the block is as if it had not."""
    savepoint = transaction.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
