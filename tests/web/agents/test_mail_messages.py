"""What came by mail on the page of its ticket: from whom, to whom, what it repeats, what its files are."""

import io
import re
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.mail.models import BlockedSender, BlockKind, Reason, Verdict
from helpdesk.tickets.models import Comment
from helpdesk.tickets.operations import Upload, assign
from helpdesk.tickets.operations.arriving import relate
from tests.conftest import person_named
from tests.support.mailed import arrive, inbound_of, letter
from tests.support.readable import untranslated
from tests.support.statements import counted_statements
from tests.web.agents.conftest import ticket_numbered

CEILING = 12


@pytest.fixture
def mail(acting: Any) -> Any:
    """`mail(number, …)` lets a mail of Carl's arrive at this ticket."""

    def come(number: str, name: str = "carl", **more: Any) -> int:
        with acting("ada", via=Via.MAIL):
            raw = letter(text=more.get("text", "It still burns."))
            return arrive(ticket_numbered(number), raw, by=person_named(name), **more).id

    return come


def test_the_head_folds_from_to_cc_date_and_subject(as_ana: Any, number: str, mail: Any) -> None:
    mail(number, cc=["cora@customer.example"])

    page = as_ana.get(f"/agent/tickets/{number}")

    assert "to support@desk.example, cc cora@customer.example, by mail" in page.text
    assert "From Carl Customer <carl@customer.example> To support@desk.example" in page.text
    assert re.search(r"Cc cora@customer.example Date .+ Received .+ at support@desk.example", page.text)
    assert "Subject Re: The printer is on fire" in page.text


def test_what_a_mail_repeats_is_folded_below_its_own_words(as_ana: Any, number: str, mail: Any) -> None:
    mail(number, text="It still burns.", quoted="<blockquote>Use water.</blockquote><p>-- <br>Carl</p>")

    page = as_ana.get(f"/agent/tickets/{number}")

    fold = re.search(r'(?s)<details class="quoted">.*?</details>', page.html)
    assert fold is not None
    assert "Use water." in fold.group()
    assert page.html.count("Use water.") == 1


def test_a_signature_an_invitation_and_a_secret_say_what_they_are(
    as_ana: Any, number: str, mail: Any
) -> None:
    names = ("smime.p7s", "smime.p7m", "invite.ics", "forwarded.eml")
    mail(number, uploads=[Upload(name, io.BytesIO(b"x")) for name in names])

    page = as_ana.get(f"/agent/tickets/{number}")

    for words in ("Signature, 1 bytes", "Encrypted, 1 bytes", "Calendar, 1 bytes", "Mail, 1 bytes"):
        assert words in page.text
    assert "Signed: the desk keeps the signature and does not check it" in page.text
    assert "Encrypted: the desk cannot read it." in page.text


def test_what_a_machine_wrote_is_marked(as_ana: Any, number: str, mail: Any) -> None:
    mail(number, parsed={"automatic": "auto-reply"}, reason=Reason.AUTOMATIC)

    assert "Automatic reply" in as_ana.get(f"/agent/tickets/{number}").text


def test_who_is_blocked_is_marked_and_can_be_let_in_again(
    as_ana: Any, number: str, mail: Any, acting: Any
) -> None:
    mail(number)
    with acting("ada") as ada:
        db.session.add(BlockedSender(kind=BlockKind.DOMAIN, value="customer.example", created_by_id=ada.id))

    page = as_ana.get(f"/agent/tickets/{number}")

    assert "Sender is blocked" in page.text
    assert "Let carl@customer.example in again" in page.text


@pytest.mark.parametrize("rows", [1, 50])
def test_the_page_costs_the_same_for_one_mail_and_for_fifty(
    as_ana: Any, cold: Any, number: str, mail: Any, rows: int
) -> None:
    for place in range(rows):
        mail(number, text=f"Mail {place}", verdict=Verdict.REPLY)
    browser = cold(as_ana)

    with counted_statements() as statements:
        page = browser.get(f"/agent/tickets/{number}?in=open")

    assert page.html.count('class="original"') == rows
    assert len(statements) <= CEILING


def test_every_word_of_it_is_translated(pseudo: Any, as_ana: Any, number: str, mail: Any) -> None:
    mail(number, parsed={"automatic": "list"}, quoted="<p>-- Carl</p>", is_strangers=True, name="olga")

    missing = untranslated(as_ana.get(f"/agent/tickets/{number}").html)

    assert [each for each in missing if "The printer" not in each and "@" not in each] == []


class TestLinked:
    def test_tickets_that_have_to_do_with_each_other_name_each_other(
        self, as_ana: Any, asked: Any, acting: Any
    ) -> None:
        first, second = asked(title="First"), asked(title="Second")
        with acting("ada"):
            relate(ticket_numbered(second), to=ticket_numbered(first))

        assert f"Linked tickets 1 Open Second {second}" in as_ana.get(f"/agent/tickets/{first}").text
        assert f"Linked tickets 1 Open First {first}" in as_ana.get(f"/agent/tickets/{second}").text

    def test_one_that_the_reader_may_not_see_is_not_named(
        self, as_ben: Any, asked: Any, acting: Any, permitted: Any
    ) -> None:
        first, second = asked(title="First"), asked(title="Second")
        with acting("ada") as ada:
            relate(ticket_numbered(second), to=ticket_numbered(first))
            assign(ticket_numbered(first), to=person_named("ben"), by=ada)
        permitted("ben", Permission.ANSWER_TICKETS)

        page = as_ben.get(f"/agent/tickets/{first}")

        assert (page.status, "Linked" in page.text, second in page.text) == (200, False, False)


def test_a_ticket_that_a_machine_opened_is_marked_in_its_list(as_ana: Any, asked: Any, acting: Any) -> None:
    asked(title="A question")
    with acting("ada"):
        ticket = ticket_numbered(asked(title="Disk full"))
        mail = inbound_of(arrive(ticket, letter(), by=person_named("carl"), reason=Reason.AUTOMATIC))
        mail.comment_id = db.session.scalars(
            select(Comment.id).where(Comment.ticket_id == ticket.id, Comment.is_opening)
        ).one()

    page = as_ana.get("/agent/queues/open")

    (row,) = re.findall(r"(?s)<tr class=.ticket(?:(?!</tr>).)*<small>Automatic</small>.*?</tr>", page.html)
    assert "Disk full" in row


def test_what_a_machine_answered_is_no_note_of_a_colleague(
    as_ana: Any, as_carl: Any, number: str, acting: Any
) -> None:
    with acting("ada", via=Via.MAIL):
        mail = arrive(ticket_numbered(number), letter(), by=person_named("carl"), text="I am away.")
        mail.is_internal = True

    assert "Automatic mail · customers never see this" in as_ana.get(f"/agent/tickets/{number}").text
    assert "I am away." not in as_carl.get(f"/portal/tickets/{number}").text
