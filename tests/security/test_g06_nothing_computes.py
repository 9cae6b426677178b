"""G06: words of people are words, whatever signs of template languages stand in them."""

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.mail.models import MailPurpose, OutboxMessage
from helpdesk.mail.queries.outbox import recipients_of
from helpdesk.mail.rendering import render_for_admin
from helpdesk.mail.templates import BadTemplate, checked
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import note, open_ticket, reply
from tests.support.browser import Browser
from tests.support.tally import tally

ROOT = Path(__file__).parents[2]
TRICKS = (
    "{{7*191}}", "${7*191}", "#{7*191}", "<%= 7*191 %>", "{% if 1 %}x{{7*191}}{% endif %}", "{{config}}", "{{request}}",
    "{{self.__init__.__globals__}}", "{{''.__class__.__mro__[1].__subclasses__()}}", "{0.__class__}", "{user.password}",
    "{link}", "{content}", "{signature}", "%(password_hash)s", "%s%s%n", "$password", "{{person.password_hash}}",
    "{{ g.person }}", "[[${7*191}]]", "*{7*191}", "@(7*191)", "{{=7*191}}", "{{constructor.constructor('1')()}}",
)  # fmt: skip
COMPUTED = re.compile(r"1337|&lt;Config|argon2|0x[0-9a-f]{8}|subclasses\(\)\]|SECRET_KEY")


@pytest.fixture
def told(acting: Callable[..., Any]) -> str:
    """A ticket in which every trick stands in title, text, note, answer and in a name."""
    words = " ".join(TRICKS)
    with acting("carl") as carl:
        carl.full_name = "{{7*191}} {link} %s"
        ticket = open_ticket(requester=carl, by=carl, title=words[:200], description=words)
        number = ticket.ticket_number
    with acting("ana") as ana:
        ana.signature = "{{7*191}} {link} {content}"
        ana.full_name = "Ana {desk_name}"
        ticket = db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()
        reply(ticket, by=ana, content=words)
        note(ticket, by=ana, content=words)
    return number


@pytest.mark.parametrize(
    "reader, path",
    [
        ("ana", "/agent/tickets/{}"),
        ("ana", "/agent/queues/open"),
        ("ana", "/agent/search?q={{{{7*191}}}}"),
        ("ana", "/agent/people?q={{{{7*191}}}}"),
        ("carl", "/portal/tickets/{}"),
        ("carl", "/portal/tickets/{}/print"),
        ("carl", "/portal/tickets?q={{{{7*191}}}}"),
        ("carl", "/portal/profile"),
        ("ada", "/admin/people?q={{{{7*191}}}}"),
        ("ada", "/admin/audit"),
        ("ada", "/admin/outbox"),
    ],
)
def test_on_every_page_they_stand_as_they_were_typed(
    browser: Callable[..., Browser], told: str, reader: str, path: str
) -> None:
    page = browser(reader).get(path.format(told))

    assert page.status == 200
    assert COMPUTED.search(page.text) is None
    assert "{{7*191}}" in page.text
    tally("template signs on pages", len(TRICKS))


def test_in_letters_too(app: Flask, told: str, acting: Callable[..., Any]) -> None:
    with acting("ada"):
        sent = db.session.scalars(select(OutboxMessage.id)).all()
        recipients = [each for message in sent for each in db.session.scalars(recipients_of(message))]
        letters = [render_for_admin(each) for each in recipients]
        whole = "\n".join(f"{each.subject}\n{each.text}\n{each.html}" for each in letters)

    assert letters
    assert COMPUTED.search(whole) is None
    assert "{{7*191}}" in whole


@pytest.mark.parametrize("words", [trick for trick in TRICKS if re.search(r"(?<!\{)\{[^{}]+\}(?!\})", trick)])
def test_an_administrator_names_placeholders_from_a_list_and_nothing_else(words: str) -> None:
    if words in ("{link}", "{content}", "{signature}"):
        return
    with pytest.raises(BadTemplate):
        checked(MailPurpose.TICKET_ANSWERED, subject="Hello", content=f"{{content}} {words}")


def test_no_template_is_made_of_words_at_run_time() -> None:
    made = []
    for source in sorted((ROOT / "helpdesk").rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            name = getattr(
                getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", "")
            )
            if name in {"render_template_string", "from_string", "Template", "compile_expression", "overlay"}:
                made.append(f"{source.relative_to(ROOT)}:{node.lineno}")  # type: ignore[attr-defined]  # calls have one

    assert made == []
