"""The recipients above the editor: shown before anything is sent, kept when something is wrong with them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail.models import Mailbox
from helpdesk.tickets.models import Comment, CommentRecipient, Draft
from helpdesk.tickets.operations import add_participant, note, reply
from tests.conftest import person_named
from tests.support.browser import Browser, Seen
from tests.support.statements import counted_statements
from tests.web.agents.conftest import ticket_numbered

Acting = Callable[..., AbstractContextManager[Any]]
CARL, CORA = "carl@customer.example", "cora@customer.example"


@pytest.fixture
def both(acting: Acting, number: str) -> str:
    """Carl's ticket, in which Cora takes part."""
    with acting("ana") as ana:
        add_participant(ticket_numbered(number), person=person_named("cora"), by=ana)
    return number


@pytest.fixture
def sent_to(acting: Acting) -> Callable[[], list[tuple[str, str]]]:
    """Whom the last message went to."""

    def look() -> list[tuple[str, str]]:
        with acting("ada"):
            last = select(Comment.id).order_by(Comment.id.desc()).limit(1).scalar_subquery()
            rows = select(CommentRecipient).where(CommentRecipient.comment_id == last)
            return [
                (row.kind.value, row.email) for row in db.session.scalars(rows.order_by(CommentRecipient.id))
            ]

    return look


def ticks(page: Seen) -> list[tuple[str, str, bool]]:
    """Kind, address and whether it is chosen, of every tick."""
    shown = page.html.partition("<template data-recipient>")[0]
    found = re.findall(r'type="checkbox" name="(to|cc|bcc)" value="([^"]+)"( checked)?', shown)
    return [(kind, email, bool(checked)) for kind, email, checked in found]


def send(browser: Browser, number: str, **fields: Any) -> Seen:
    return browser.post(
        f"/agent/tickets/{number}/replies", {"content": "Use water.", "recipients": "1", **fields}
    )


def test_the_page_shows_who_would_get_it(as_ana: Browser, both: str) -> None:
    assert ticks(as_ana.get(f"/agent/tickets/{both}")) == [("to", CARL, True), ("cc", CORA, True)]


def test_it_goes_to_whom_the_form_says(as_ana: Browser, both: str, sent_to: Any) -> None:
    send(as_ana, both, to=CARL, bcc_typed="Eye <eye@x.example>, ear@x.example")

    assert sent_to() == [("to", CARL), ("bcc", "eye@x.example"), ("bcc", "ear@x.example")]


def test_what_changed_since_the_last_answer_is_marked(as_ana: Browser, both: str, acting: Acting) -> None:
    send(as_ana, both, to=CARL)
    with acting("carl") as carl:
        reply(ticket_numbered(both), by=carl, content="Thanks.")

    page = as_ana.get(f"/agent/tickets/{both}").html
    assert re.findall(
        r'class="recipient( \w+)?"[^>]*><input type="checkbox" name="\w+" value="([^"]+)"', page
    )[:2] == [
        ("", CARL),
        (" new", CORA),
    ]

    send(as_ana, both, to=CARL)
    left_out = as_ana.get(f"/agent/tickets/{both}")
    assert ticks(left_out) == [("to", CARL, True), ("cc", CORA, False)]
    assert "got the last answer" not in left_out.text  # she did not


@pytest.mark.parametrize(
    "address, sentence",
    [
        ("nobody", "“nobody” is not an e-mail address."),
        ("ben@desk.example", "works here"),
        ("support@desk.example", "this desk's own address"),
        ("support+abc@desk.example", "this desk's own address"),
    ],
)
def test_a_wrong_address_is_refused_by_name_and_everything_stays(
    as_ana: Browser, both: str, acting: Acting, address: str, sentence: str, sent_to: Any
) -> None:
    with acting("ada"):
        db.session.add(Mailbox(name="S", address="support@desk.example", address_key="support@desk.example"))

    refused = send(as_ana, both, to=CARL, cc="law@x.example", cc_typed=f"{address}, fine@x.example")

    assert (refused.status, sentence in refused.text) == (422, True)
    kept = [email for _kind, email, is_chosen in ticks(refused) if is_chosen]
    kept += re.findall(r'name="cc_typed" value="([^"]+)"', refused.html)
    assert sorted(kept) == sorted([CARL, "law@x.example", "fine@x.example", address])
    assert ("cc", CORA, False) in ticks(refused)
    assert sent_to() == []


def test_an_answer_to_nobody_is_refused(as_ana: Browser, both: str) -> None:
    refused = send(as_ana, both)

    assert (refused.status, "Nobody would get this." in refused.text) == (422, True)


def test_notes_have_no_recipients(as_ana: Browser, both: str, sent_to: Any) -> None:
    as_ana.post(
        f"/agent/tickets/{both}/notes", {"content": "Hm.", "mode": "note", "recipients": "1", "to": CARL}
    )

    assert sent_to() == []


def test_a_note_and_bcc_stay_out_of_what_is_suggested(as_ana: Browser, both: str, deed: Any) -> None:
    send(as_ana, both, to=CARL, cc=CORA, bcc_typed="eye@x.example")
    deed("ben", note, both, content="Look, eye@x.example.")

    page = as_ana.get(f"/agent/tickets/{both}")
    assert ticks(page) == [("to", CARL, True), ("cc", CORA, True)]


class TestDraft:
    def save(self, browser: Browser, number: str, **fields: Any) -> None:
        saved = browser.post(
            f"/agent/tickets/{number}/draft", {"content": "Hello", "recipients": "1", **fields}
        )
        assert saved.status == 200

    def test_it_keeps_who_was_chosen(self, as_ana: Browser, both: str) -> None:
        self.save(as_ana, both, to=CARL, cc="law@x.example", bcc_typed="half@")

        page = as_ana.get(f"/agent/tickets/{both}")

        assert ticks(page) == [("to", CARL, True), ("cc", CORA, False), ("cc", "law@x.example", True)]
        assert 'name="bcc_typed" value="half@"' in page.html

    def test_what_is_as_suggested_follows_the_conversation(
        self, as_ana: Browser, number: str, acting: Acting
    ) -> None:
        self.save(as_ana, number, to=CARL)
        with acting("ana") as ana:
            assert db.session.scalars(select(Draft.recipients)).all() == [None]
            add_participant(ticket_numbered(number), person=person_named("cora"), by=ana)

        assert ticks(as_ana.get(f"/agent/tickets/{number}")) == [("to", CARL, True), ("cc", CORA, True)]


@pytest.mark.parametrize("count", [1, 20])
def test_many_recipients_cost_no_more(
    as_ana: Browser, cold: Any, number: str, acting: Acting, count: int
) -> None:
    cc = [f"p{each}@x.example" for each in range(count)]
    send(as_ana, number, to=CARL, cc=cc)
    with acting("carl") as carl:
        reply(ticket_numbered(number), by=carl, content="Thanks.")
    browser = cold(as_ana)

    with counted_statements() as statements:
        page = browser.get(f"/agent/tickets/{number}")

    assert len(ticks(page)) == count + 1
    assert len(statements) <= 12
