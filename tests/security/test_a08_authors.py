"""A08: whatever a form says, who wrote something is who is signed in; nobody sends in a colleague's name."""

import pytest
from sqlalchemy import select

from helpdesk.core.db import db
from helpdesk.tickets.models import Comment, Draft, Ticket
from tests.conftest import person_named

FOREIGN = (
    "author",
    "author_id",
    "by",
    "from",
    "sender",
    "user",
    "user_id",
    "creator_id",
    "actor",
    "on_behalf_of",
)


@pytest.fixture
def forged(acting):
    """Fields with which somebody claims to be Ada."""
    with acting("ada") as ada:
        return {name: value for name in FOREIGN for value in (str(ada.id),)} | {
            "from_email": "ada@desk.example"
        }


def authors(acting, number):
    with acting("ada"):
        wanted = select(Comment.content, Comment.author_id).join(Comment.ticket)
        rows = db.session.execute(wanted.where(Ticket.ticket_number == number).order_by(Comment.id)).all()
        names = {person_named(name).id: name for name in ("ana", "ben", "ada", "carl")}
        return [(content, names[author_id]) for content, author_id in rows][1:]


@pytest.mark.parametrize("where", ["replies", "notes"])
def test_A08_staff_write_as_themselves(as_ana, acting, number, forged, where):
    as_ana.post(f"/agent/tickets/{number}/{where}", {"content": "Mine.", **forged})

    assert authors(acting, number) == [("Mine.", "ana")]


def test_A08_customers_write_as_themselves(as_carl, acting, number, forged):
    as_carl.post(f"/portal/tickets/{number}/replies", {"content": "Mine.", **forged})

    assert authors(acting, number) == [("Mine.", "carl")]


def test_A08_a_colleagues_draft_is_neither_read_nor_changed_nor_sent(as_ana, as_ben, acting, number, forged):
    kept = f"/agent/tickets/{number}/draft"
    as_ana.post(kept, {"content": "Ana's words.", "mode": "reply"})
    with acting("ada"):
        drafts = db.session.scalars(select(Draft)).all()
        assert [(draft.content, draft.user_id) for draft in drafts] == [
            ("<p>Ana's words.</p>", person_named("ana").id)
        ]
        draft_id = str(drafts[0].id)
    assert "Ana's words." not in as_ben.get(f"/agent/tickets/{number}").html
    as_ben.post(
        kept, {"content": "Ben's words.", "mode": "reply", "draft_id": draft_id, "id": draft_id, **forged}
    )
    as_ben.post(
        f"/agent/tickets/{number}/replies", {"content": "Ben's words.", "draft_id": draft_id, **forged}
    )

    assert authors(acting, number) == [("Ben's words.", "ben")]
    with acting("ada"):
        left = db.session.execute(select(Draft.content, Draft.user_id)).all()
        assert [tuple(row) for row in left] == [("<p>Ana's words.</p>", person_named("ana").id)]
