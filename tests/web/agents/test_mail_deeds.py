"""What agents do about mails: admit or move strangers, block senders, mark as spam; each with a way back."""

from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.mail.models import BlockedSender, Verdict
from helpdesk.tickets.models import HeldComment
from tests.conftest import person_named
from tests.support.mailed import arrive, letter
from tests.web.agents.conftest import ticket_numbered


@pytest.fixture
def mail(acting: Any) -> Any:
    """`mail(number, …)` lets a mail of Carl's arrive at this ticket."""

    def come(number: str, name: str = "carl", **more: Any) -> int:
        with acting("ada", via=Via.MAIL):
            raw = letter(text=more.get("text", "It still burns."))
            return arrive(ticket_numbered(number), raw, by=person_named(name), **more).id

    return come


class TestDeeds:
    """Admitting and moving strangers, blocking senders, marking as spam: each in one click, with a way back."""

    @pytest.fixture
    def strangers(self, acting: Any, number: str) -> dict[str, Any]:
        with acting("ada", via=Via.MAIL):
            comment = arrive(
                ticket_numbered(number),
                letter(sender="olga@stranger.example"),
                by=person_named("olga"),
                sender="olga@stranger.example",
                text="Me too.",
                is_strangers=True,
            )
            held = db.session.get_one(HeldComment, comment.id)
            return {"message": comment.id, "held": f"/agent/tickets/{number}/held/{held.public_id}"}

    def test_a_stranger_is_shown_to_staff_alone_until_admitted(
        self, as_ana: Any, as_carl: Any, number: str, strangers: Any
    ) -> None:
        before = as_ana.get(f"/agent/tickets/{number}")

        done = as_ana.post(f"{strangers['held']}/admission", {})

        after = as_ana.get(f"/agent/tickets/{number}")
        assert "Olga Other takes no part in this ticket." in before.text
        assert (done.status, done.location) == (303, f"/agent/tickets/{number}")
        assert "takes no part" not in after.text
        assert "Olga Other takes part in this ticket now." in after.text
        assert "Me too." in as_carl.get(f"/portal/tickets/{number}").text

    def test_before_that_no_customer_sees_it(
        self, as_carl: Any, as_olga: Any, number: str, strangers: Any
    ) -> None:
        assert "Me too." not in as_carl.get(f"/portal/tickets/{number}").text
        assert as_olga.get(f"/portal/tickets/{number}").status == 404

    def test_a_stranger_gets_a_ticket_of_their_own(
        self, as_ana: Any, as_olga: Any, number: str, strangers: Any
    ) -> None:
        as_ana.post(f"{strangers['held']}/move", {})

        page = as_ana.get(f"/agent/tickets/{number}")
        assert "Me too." not in page.text
        assert "Linked tickets 1" in page.text
        assert "The printer is on fire" in as_olga.get("/portal/tickets").text
        assert as_olga.get(f"/portal/tickets/{number}").status == 404

    def test_what_somebody_has_decided_already_is_not_found(
        self, as_ana: Any, as_ben: Any, asked: Any, strangers: Any
    ) -> None:
        elsewhere = strangers["held"].rpartition("/")[2]
        other = asked()

        assert as_ana.post(f"/agent/tickets/{other}/held/{elsewhere}/admission", {}).status == 404
        assert as_ana.post(f"{strangers['held']}/admission", {}).status == 303
        assert as_ben.post(f"{strangers['held']}/move", {}).status == 404

    @pytest.mark.parametrize(
        "fields, value",
        [({}, "olga@stranger.example"), ({"kind": "domain"}, "stranger.example")],
    )
    def test_a_sender_is_blocked_and_let_in_again(
        self, as_ana: Any, acting: Any, number: str, strangers: Any, fields: Any, value: str
    ) -> None:
        place = f"/agent/tickets/{number}/messages/{strangers['message']}/block"

        as_ana.post(place, fields)
        page = as_ana.get(f"/agent/tickets/{number}")

        assert f"Mail from {value} is suspended from now on, replies included." in page.text
        assert "Undo" in page.text
        assert "Sender is blocked" in page.text
        assert blocked(acting) == [value]
        as_ana.post(f"{place}/removal", {})
        assert f"Mail from {value} is let in again." in as_ana.get(f"/agent/tickets/{number}").text
        assert blocked(acting) == []

    def test_spam_goes_into_the_bin_and_comes_back(
        self, as_ana: Any, acting: Any, number: str, mail: Any
    ) -> None:
        mail(number, verdict=Verdict.NEW_TICKET)

        marked = as_ana.post(f"/agent/tickets/{number}/spam", {})
        listed = as_ana.get(marked.location)

        assert marked.location == "/agent/queues/unassigned"
        assert f"{number} is in the bin." in listed.text
        assert as_ana.get(f"/agent/tickets/{number}").status == 404
        assert blocked(acting) == ["carl@customer.example"]
        back = as_ana.post(f"/agent/tickets/{number}/spam/removal", {})
        assert back.location == f"/agent/tickets/{number}"
        assert as_ana.get(back.location).status == 200
        assert blocked(acting) == []

    def test_a_colleague_is_not_blocked(self, as_ana: Any, acting: Any, number: str, mail: Any) -> None:
        message = mail(number, name="ben", sender="support@desk.example")

        refused = as_ana.post(f"/agent/tickets/{number}/messages/{message}/block", {})

        assert refused.status == 422
        assert blocked(acting) == []


def blocked(acting: Any) -> list[str]:
    """What stands on the block list."""
    with acting("ada"):
        return list(db.session.scalars(select(BlockedSender.value).order_by(BlockedSender.id)))
