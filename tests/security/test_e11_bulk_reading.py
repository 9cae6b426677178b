"""E11: what is read in bulk is stopped and told; every file that is fetched is one record."""

import io

import pytest
from sqlalchemy import select

from helpdesk.audit.models import AccessKind, AccessLog
from helpdesk.core.db import db
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.models import Attachment
from helpdesk.tickets.operations import open_ticket
from tests.conftest import person_named
from tests.support.tally import tally


@pytest.fixture
def numbers(acting):
    with acting("carl") as carl:
        return [
            open_ticket(requester=carl, by=carl, title=f"No. {each}", description="Help.").ticket_number
            for each in range(6)
        ]


@pytest.fixture
def limited(acting):
    def limit(**values):
        with acting("ada"):
            change_settings(**values)

    return limit


def records(acting, *kinds):
    with acting("ada"):
        rows = select(
            AccessLog.kind, AccessLog.user_id, AccessLog.record_id, AccessLog.request_id, AccessLog.ip
        )
        return list(db.session.execute(rows.where(AccessLog.kind.in_(kinds)).order_by(AccessLog.id)))


def test_beyond_the_limit_tickets_open_no_more_and_it_is_told_once(as_ana, acting, numbers, limited):
    limited(most_tickets_an_hour=4)

    answers = [as_ana.get(f"/agent/tickets/{number}") for number in numbers]

    assert [page.status for page in answers] == [200, 200, 200, 200, 429, 429]
    assert "No. 5" not in answers[-1].text
    assert "very many tickets" in answers[-1].text
    assert answers[-1].headers["Retry-After"]
    assert as_ana.get(f"/agent/tickets/{numbers[0]}").status == 200, "what was read already may be read again"
    assert len(records(acting, AccessKind.LIMIT_REACHED)) == 1
    tally("tickets opened against the limit of an hour", len(numbers))


def test_a_page_that_says_no_counts_as_well(as_ana, numbers, limited):
    limited(most_tickets_an_hour=2)

    refused = [as_ana.post(f"/agent/tickets/{number}/replies", {"content": ""}) for number in numbers[:4]]

    assert [page.status for page in refused[:2]] == [422, 422]
    assert {page.status for page in refused[2:]} == {429}


def test_pages_fetched_ahead_or_in_pieces_count_as_well(as_ana, numbers, limited):
    limited(most_tickets_an_hour=2)
    headers = [{"Sec-Purpose": "prefetch"}, {"HX-Request": "true"}, {}, {"HX-Request": "true"}]

    statuses = [
        as_ana.get(f"/agent/tickets/{number}", headers=header).status
        for number, header in zip(numbers, headers, strict=False)
    ]

    assert statuses == [200, 200, 429, 429]


def test_a_colleague_is_not_stopped_with_them(as_ana, as_ben, numbers, limited):
    limited(most_tickets_an_hour=1)
    as_ana.get(f"/agent/tickets/{numbers[0]}")

    assert as_ana.get(f"/agent/tickets/{numbers[1]}").status == 429
    assert as_ben.get(f"/agent/tickets/{numbers[1]}").status == 200


def test_opening_a_ticket_is_one_record_where_the_desk_wants_it(as_ana, acting, numbers, limited):
    as_ana.get(f"/agent/tickets/{numbers[0]}")
    assert records(acting, AccessKind.TICKET) == []

    limited(records_tickets=True)
    as_ana.get(f"/agent/tickets/{numbers[0]}")

    with acting("ana") as ana:
        assert [row.user_id for row in records(acting, AccessKind.TICKET)] == [ana.id]


@pytest.fixture
def files(acting, numbers, as_carl):
    """Files Carl has sent, by their public ids."""
    for each in range(3):
        sent = as_carl.post(
            f"/portal/tickets/{numbers[0]}/replies",
            {"content": f"See {each}", "files": (io.BytesIO(f"words {each}".encode()), f"notes-{each}.txt")},
        )
        assert sent.status in (200, 303)
    with acting("ada"):
        return list(db.session.scalars(select(Attachment.public_id).order_by(Attachment.id)))


def test_every_file_that_is_fetched_is_one_record(as_ana, as_carl, as_olga, acting, files):
    public_id = files[0]
    assert as_ana.get(f"/files/{public_id}").status == 200
    assert as_carl.get(f"/files/{public_id}").status == 200
    assert as_olga.get(f"/files/{public_id}").status == 404

    found = records(acting, AccessKind.ATTACHMENT)

    with acting("ana"):
        assert [row.user_id for row in found] == [person_named("ana").id, person_named("carl").id]
    assert all(row.request_id and row.ip for row in found)


def test_files_beyond_the_limit_are_refused(as_ana, as_carl, files, limited):
    limited(most_files_an_hour=2)

    assert [as_ana.get(f"/files/{each}").status for each in files] == [200, 200, 429]
    assert [as_carl.get(f"/files/{each}").status for each in files] == [200, 200, 429]


def test_lists_beyond_the_limit_are_refused_and_each_is_one_record(as_ada, acting, limited):
    limited(most_exports_an_hour=2)

    statuses = [as_ada.get("/agent/statistics/flows.csv").status for _again in range(3)]

    assert statuses == [200, 200, 429]
    assert len(records(acting, AccessKind.EXPORT)) == 2
