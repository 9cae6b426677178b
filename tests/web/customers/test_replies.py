"""A customer's answer."""

import io
import re
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func, select

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, Comment, Ticket, TicketStatus
from helpdesk.tickets.operations import change_status, resolve


def letters(acting):
    with acting("ana"):
        return list(db.session.scalars(select(Comment.content).order_by(Comment.id)))


def test_an_answer_opens_the_request_again_and_leads_to_itself(as_carl, asked, answered, facts):
    number = asked("carl")
    answered(number)

    sent = as_carl.post(f"/portal/tickets/{number}/replies", {"content": "The third."})
    page = as_carl.get(sent.location)

    assert sent.status == 303
    assert re.fullmatch(rf"/portal/tickets/{number}#message-\d+", sent.location)
    assert f'id="{sent.location.partition("#")[2]}"' in page.html
    assert facts(number, Ticket.status) is TicketStatus.OPEN
    assert "has a question for you" not in page.text


def test_files_come_with_it(as_carl, number, acting):
    files = [(io.BytesIO(b"one"), "1.txt"), (io.BytesIO(b"two"), "2.txt")]

    as_carl.post(f"/portal/tickets/{number}/replies", {"content": "See here.", "files": files})

    with acting("ana"):
        found = select(Attachment.filename).join(Attachment.comment).where(Comment.content == "See here.")
        assert list(db.session.scalars(found.order_by(Attachment.id))) == ["1.txt", "2.txt"]


def test_sent_twice_it_is_there_once(as_carl, number, acting):
    form = {"content": "Twice.", "submission_key": str(uuid4())}

    places = [as_carl.post(f"/portal/tickets/{number}/replies", form).location for _ in range(2)]

    assert places[0] == places[1]
    assert letters(acting).count("Twice.") == 1


def test_an_empty_one_is_refused_and_the_letters_stay_on_the_page(as_carl, number):
    page = as_carl.post(f"/portal/tickets/{number}/replies", {"content": "  "})

    assert page.status == 422
    assert "Write something first." in page.text
    assert "It burns." in page.text


def test_what_the_operation_refuses_leaves_nothing_and_shows_the_customers_page(as_carl, number, acting):
    page = as_carl.post(f"/portal/tickets/{number}/replies", {"content": "\x00"})

    assert page.status == 422
    assert "Write something first." in page.text
    assert letters(acting) == ["It burns.\n\nPlease help."]


def test_a_solved_request_comes_back(as_carl, asked, deed, facts):
    number = asked("carl")
    deed("ana", resolve, number)
    assert "Send and reopen" in as_carl.get(f"/portal/tickets/{number}").text

    as_carl.post(f"/portal/tickets/{number}/replies", {"content": "It broke again."})

    assert facts(number, Ticket.status, Ticket.reopen_count) == (TicketStatus.OPEN, 1)


def test_too_late_for_this_one_it_becomes_a_new_linked_request(as_carl, asked, deed, acting, facts):
    number = asked("carl", "The printer is on fire")
    with clock.freeze(clock.now() - timedelta(days=15)):
        deed("ana", change_status, number, to=TicketStatus.CLOSED)

    sent = as_carl.post(f"/portal/tickets/{number}/replies", {"content": "It burns again."})
    opened = sent.location.rpartition("/")[2]
    thanks = as_carl.get(sent.location)

    assert sent.status == 303
    assert opened != number
    assert (
        f"closed too long ago to be taken up again, so your answer became a new one. It names the old one: {number}"
        in thanks.text
    )
    assert facts(number, Ticket.status) is TicketStatus.CLOSED
    assert facts(opened, Ticket.title, Ticket.description) == ("The printer is on fire", "It burns again.")
    assert letters(acting) == ["How does it work?", "It burns again."]
    assert f"It goes on in a newer request: {opened}" in as_carl.get(f"/portal/tickets/{number}").text
    assert f"It goes on from an earlier request: {number}" in as_carl.get(f"/portal/tickets/{opened}").text


def test_too_late_and_sent_twice_there_is_one_new_request(as_carl, asked, deed, acting):
    number = asked("carl")
    with clock.freeze(clock.now() - timedelta(days=15)):
        deed("ana", change_status, number, to=TicketStatus.CLOSED)
    form = {"content": "It burns again.", "submission_key": str(uuid4())}

    places = [as_carl.post(f"/portal/tickets/{number}/replies", form).location for _ in range(2)]

    assert places[0] == places[1]
    assert letters(acting).count("It burns again.") == 1


def test_the_trail_names_the_customer(as_carl, number, acting):
    from helpdesk.audit.models import AuditLog

    as_carl.post(f"/portal/tickets/{number}/replies", {"content": "More."})

    with acting("carl") as carl:
        rows = select(func.count()).where(AuditLog.table_name == "comments", AuditLog.user_id == carl.id)
        assert db.session.scalar(rows) == 2
