"""The other half of the trail: who read what and who signed in, narrowed by everything an address can ask."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from helpdesk.accounts.models import User
from helpdesk.audit.models import AccessKind, AccessLog, AuditAction, AuditLog
from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from tests.conftest import person_named
from tests.support.statements import counted_statements

CEILING = 7
PAGE = "/admin/audit/access"


@pytest.fixture
def recorded(acting):
    """`recorded(AccessKind.EXPORT, "ana", detail=…)` puts a record into the log as it would have been written."""

    def write(kind, name=None, count=1, **values):
        with acting("ada"):
            person = person_named(name).id if name else None
            row = {
                "created_at": clock.now(),
                "kind": kind,
                "user_id": person,
                "detail": "",
                "via": Via.WEB,
                "ip": "192.0.2.7",
                "request_id": "0" * 32,
                **values,
            }
            db.session.execute(insert(AccessLog), [row] * count)

    return write


def told(page):
    """Who, what and about what, of each row."""
    rows = re.findall(r'(?s)<tr id="access-\d+">(.*?)</tr>', page.html)
    cells = [re.findall(r"(?s)<td[^>]*>(.*?)</td>", row) for row in rows]
    return [tuple(" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row[:3]) for row in cells]


class TestRights:
    @pytest.mark.parametrize("path", [PAGE, f"{PAGE}/exports"])
    def test_who_may_not_read_the_trail_reads_none_of_this(self, as_ana, as_carl, path):
        assert as_ana.get(PAGE).status == 403
        assert as_carl.get(PAGE).status == 404
        assert as_ana.post(path).status in (403, 405)


class TestRows:
    def test_a_download_names_the_file_its_ticket_and_who_took_it(self, as_ada, recorded, acting, number):
        with acting("ada"):
            ticket = db.session.scalar(select(Ticket.id).where(Ticket.ticket_number == number))
        recorded(AccessKind.TICKET, "ana", ticket_id=ticket, record_id=ticket)

        (row,) = [each for each in told(as_ada.get(PAGE)) if "Opened a ticket" in each[1]]

        assert row == ("AA Ana Agent", "Opened a ticket", number)

    def test_a_failure_of_a_stranger_shows_what_was_typed_as_text(self, as_ada, recorded):
        recorded(AccessKind.SIGN_IN_FAILED, detail="<script>alert(1)</script>@evil.example")

        page = as_ada.get(PAGE)

        assert "&lt;script&gt;alert(1)&lt;/script&gt;@evil.example" in page.html
        assert "<script>alert(1)" not in page.html
        assert "Nobody we know" in page.text

    def test_an_administrator_who_looks_through_somebody_is_named_first(self, as_ada, recorded, acting):
        with acting("ada") as ada:
            ada_id = ada.id
        recorded(AccessKind.EXPORT, "ana", impersonator_id=ada_id, detail="tickets.csv")

        (row,) = [each for each in told(as_ada.get(PAGE)) if "tickets.csv" in each[1]]

        assert "Ada" in row[0]
        assert "as Ana" in row[0]

    @pytest.mark.parametrize("kind", AccessKind)
    def test_every_kind_has_words(self, as_ada, recorded, kind):
        recorded(kind, "ana", detail="password", record_id=1)

        assert as_ada.get(f"{PAGE}?kind={kind}").status == 200

    @pytest.mark.parametrize("count", [1, 50])
    def test_one_record_costs_as_many_statements_as_fifty(self, as_ada, recorded, count):
        recorded(AccessKind.EXPORT, "ana", count=count)
        as_ada.get(PAGE)

        with counted_statements() as seen:
            page = as_ada.get(PAGE)

        assert len(told(page)) >= count
        assert len(seen) <= CEILING, seen


class TestFilter:
    def test_by_kind_by_person_and_by_words(self, as_ada, recorded, acting):
        recorded(AccessKind.EXPORT, "ana", detail="volume.csv")
        recorded(AccessKind.EXPORT, "ben", detail="agents.csv")
        recorded(AccessKind.SIGN_IN_FAILED, detail="eve@evil.example", ip="203.0.113.9")
        with acting("ada"):
            ana = db.session.scalar(select(User.id).where(User.id == person_named("ana").id))

        assert len(told(as_ada.get(f"{PAGE}?kind=export"))) == 2
        assert len(told(as_ada.get(f"{PAGE}?kind=export&person={ana}"))) == 1
        assert len(told(as_ada.get(f"{PAGE}?q=203.0.113."))) == 1
        assert len(told(as_ada.get(f"{PAGE}?q=eve%40"))) == 1
        assert told(as_ada.get(f"{PAGE}?q=HD-99999999")) == []

    def test_only_the_period_is_read(self, as_ada, recorded):
        recorded(AccessKind.EXPORT, "ana", detail="old.csv", created_at=clock.now() - timedelta(days=40))

        assert "old.csv" not in as_ada.get(PAGE).text
        assert "old.csv" in as_ada.get(f"{PAGE}?since=2000-01-01").text

    @pytest.mark.parametrize("query", ["kind=zebra", "person=x", "since=zebra", "until=9999-99-99"])
    def test_what_makes_no_sense_is_as_if_it_were_not_there(self, as_ada, query):
        assert as_ada.get(f"{PAGE}?{query}").status == 200


class TestExport:
    def test_the_file_holds_what_was_asked_for_and_is_itself_in_the_trail(self, as_ada, recorded, acting):
        recorded(AccessKind.EXPORT, "ana", detail="=cmd|x")
        recorded(AccessKind.SIGNED_OUT, "ben")

        answer = as_ada.post(f"{PAGE}/exports", {"kind": "export"})

        header, *lines = csv.reader(io.StringIO(answer.html))
        assert header[3:5] == ["What was done", "About"]
        assert [(line[3], line[4]) for line in lines] == [("Took a list along", "'=cmd|x")]
        with acting("ada"):
            last = db.session.scalars(select(AuditLog).order_by(AuditLog.id.desc())).first()
        assert (last.table_name, last.action) == ("access_logs", AuditAction.READ)
        assert "1 record of reading" in as_ada.get("/admin/audit").text
