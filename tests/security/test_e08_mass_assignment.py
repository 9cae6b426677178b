"""E08: what a form does not ask for, sending it does not change: each form with every column's name beside its fields.

Nothing here lists what a form may write: it is sent as its page shows it, once alone and once with all the rest, and
both have to leave the same rows. What differs between two sendings that are alike differs by chance.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from flask import Flask
from sqlalchemy import Connection

from tests.security.actors import ACTORS
from tests.security.matrix import Asking, Case, cases, undone
from tests.security.routes import ROUTES, About, Door
from tests.support.forms import SeenForm, form_endpoint, forms_of
from tests.support.mass import Change, Rows, changes, differing, every_column, is_assigned, rewound, rows
from tests.support.pages import PAGES, PARTS
from tests.support.real_desk import RealDesk
from tests.support.tally import tally

TYPED: Mapping[str, Mapping[str, str]] = {
    "agents.notes.create": {"content": "Typed words", "content_html": ""},
    "agents.kept_drafts.create": {"content": "Typed words", "content_html": "", "recipients": "1"},
    "admin.organizations.create": {"domains": "typed.example"},
    "agents.bulk_edits.create": {
        "confirms": "999",
        "newest": "999999",
        "meant": sha256(b"open\n\n").hexdigest()[:32],
    },
}
"""By endpoint, what stands in a form that no page shows as its own: the composer's, sent to other addresses by its
buttons and its script, and the one a preview leads to."""
ASKED_FOR: Mapping[str, frozenset[str]] = {
    "agents.bulk_edits.create": frozenset({"in", "q", "sort", "after", "before", "number"})
}
"""By endpoint, what it takes though its form here leaves it out: filter, order and page of the list whose tickets are
meant, of which a list carries those that are set."""
THERE = frozenset({"own", "there", "known"})
USUAL = {Door.STAFF: "admin", Door.ADMINISTRATION: "admin", Door.CUSTOMERS: "own customer"}
ACTOR_OF = {reader: actor for actor, reader in reversed(list(ACTORS.items()))}
KEY = "00000000-0000-4000-8000-000000000008"


def test_what_a_form_does_not_ask_for_is_not_written(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection
) -> None:
    asking = {actor: Asking(desk, places, actor) for actor in (*ACTOR_OF.values(), *USUAL.values())}
    with undone(transaction):
        shown = shown_forms(app, asking, places)
    sending = Sending(transaction)
    wrong: list[str] = []
    for case in changing(app, places):
        actor, form = shown.get(case.rule.endpoint, (USUAL.get(case.route.door, "anonymous"), None))
        has_written, faults = sending.faults(case, asking[actor], form)
        wrong += faults
        tally("forms sent with every column's name")
        tally("of these, forms that wrote something", has_written)
        sending.written += has_written
    tally("columns' names sent beside each form's fields", len(sending.everything))

    assert wrong == [], "\n" + "\n".join(wrong)
    assert sending.written >= 70


def changing(app: Flask, places: Mapping[str, Any]) -> Iterator[Case]:
    """Every address that changes something, with a thing that is there."""
    for case in cases(app, ROUTES, places):
        is_binned = case.route.about is About.DELETED_TICKET
        if case.method != "GET" and (case.thing == "deleted" if is_binned else case.thing in THERE):
            yield case


def shown_forms(
    app: Flask, asking: Mapping[str, Asking], places: Mapping[str, Any]
) -> dict[str, tuple[str, SeenForm]]:
    """By endpoint, who is shown its form, and the form: of several the longest."""
    found: dict[str, tuple[str, SeenForm]] = {}
    seen: set[tuple[str, str]] = set()
    for page in (*PAGES, *PARTS):
        actor, address = ACTOR_OF.get(page.reader, ""), page.address(places)
        if page.sends or page.is_before_setup or page.status != 200 or not actor or (actor, address) in seen:
            continue
        seen.add((actor, address))
        answer = asking[actor].get(address)
        if answer.status != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        for form in forms_of(answer.html):
            endpoint = form_endpoint(app, form, address)
            if endpoint and (endpoint not in found or len(form.fields) > len(found[endpoint][1].fields)):
                found[endpoint] = (actor, form)
    return found


class Sending:
    """Forms, sent and undone again."""

    def __init__(self, transaction: Connection) -> None:
        self.transaction, self.written = transaction, 0
        self.before: Rows = rows(transaction)
        self.everything = every_column(transaction)

    def faults(self, case: Case, asking: Asking, form: SeenForm | None) -> tuple[bool, list[str]]:
        """Whether the form alone wrote something, and what the rest changed."""
        fields, alone = self.first_that_writes(case, asking, form)
        taken = {*fields, *(form.names if form else ()), *ASKED_FOR.get(case.rule.endpoint, ())}
        rest = {name: value for name, value in self.everything.items() if name not in taken}
        with_all = self.sent(case, asking, {**rest, **fields})
        other = differing(alone, with_all)
        if other and alone:
            other -= differing(alone, self.sent(case, asking, fields))
        said = [change for change, value in with_all.items() if is_assigned(value)]
        return bool(alone), [f"{case}: {' '.join(each)}" for each in sorted({*other, *said})]

    def first_that_writes(
        self, case: Case, asking: Asking, form: SeenForm | None
    ) -> tuple[Mapping[str, Any], Mapping[Change, Any]]:
        """The form filled in or else as it is shown, whichever writes something."""
        ours = {**case.fields, **TYPED.get(case.rule.endpoint, {})}
        wants = [{**form.filled_in, **ours}, {**form.as_shown, **ours}] if form else [ours]
        for fields in wants:
            alone = self.sent(case, asking, fields)
            if alone:
                return fields, alone
        return wants[0], MappingProxyType({})

    def sent(self, case: Case, asking: Asking, fields: Mapping[str, Any]) -> dict[Change, Any]:
        """What became of the rows, by what was done to which column."""
        with undone(self.transaction):
            rewound(self.transaction)
            answer = asking.send(case.path, case.method, {"submission_key": KEY, **fields})
            assert answer.status < 500, f"{case}: {answer.status}"
            return changes(self.before, rows(self.transaction))
