"""Keeping out all mail of a person: from their page, with a way back; their page and the list say so."""

from typing import Any

from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.mail.models import BlockedSender


def blocked(acting: Any) -> list[str]:
    with acting("ada"):
        return list(db.session.scalars(select(BlockedSender.value)))


def test_a_person_is_blocked_and_let_in_again(as_ana: Any, acting: Any, person_id: Any) -> None:
    carl = person_id("carl")

    as_ana.post(f"/agent/people/{carl}/block", {})
    page = as_ana.get(f"/agent/people/{carl}")

    assert blocked(acting) == ["carl@customer.example"]
    assert "Mail from Carl Customer is suspended from now on, replies included." in page.text
    assert "Blocked. Mail from them is suspended, replies included." in page.text
    assert as_ana.get("/agent/people").text.count("Blocked") == 1
    as_ana.post(f"/agent/people/{carl}/block/removal", {})
    assert blocked(acting) == []
    assert "Blocked." not in as_ana.get(f"/agent/people/{carl}").text


def test_a_colleague_cannot_be_blocked(as_ana: Any, acting: Any, person_id: Any) -> None:
    refused = as_ana.post(f"/agent/people/{person_id('ben')}/block", {})

    assert (refused.status, blocked(acting)) == (422, [])


def test_it_takes_the_right_to_change_tickets(
    as_ben: Any, acting: Any, person_id: Any, permitted: Any
) -> None:
    permitted("ben", Permission.SEE_EVERY_TICKET)
    carl = person_id("carl")

    assert as_ben.post(f"/agent/people/{carl}/block", {}).status == 403
    assert as_ben.post("/agent/people/999999/block", {}).status == 404
    assert "/block" not in as_ben.get(f"/agent/people/{carl}").html
    assert blocked(acting) == []
