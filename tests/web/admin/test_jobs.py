"""Jobs: what waits, who works, what failed and why; another try, or the end."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditLog
from helpdesk.background.jobs import enqueue, job
from helpdesk.background.recurring import recurring
from helpdesk.background.tables import moments, queued
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

CEILING = 8
is_broken = [True]


@job(name="tests.admin.break")
def break_down(number: int, text: str = "") -> None:
    """A job that fails as long as something is broken."""
    if is_broken[0]:
        raise RuntimeError(f"Number {number} does not fit")


@pytest.fixture(autouse=True)
def broken():
    is_broken[0] = True


@pytest.fixture
def failed(app, acting):
    """`failed(3)` lets three jobs fail; their ids."""

    def fail(count=1):
        with acting("ada"):
            ids = [enqueue(break_down, number=number, text="the canary sings") for number in range(count)]
        run_waiting_jobs(app)
        return ids

    return fail


@pytest.fixture
def status_of(acting):
    def look(job_id):
        with acting("ada"):
            return db.session.scalars(select(queued.c.status).where(queued.c.id == job_id)).one()

    return look


def names(page):
    return re.findall(
        r'class="row-title".*?<bdi>([^<]+)</bdi> <span class="faint numeric">#(\d+)</span>', page.html
    )


class TestRights:
    @pytest.mark.parametrize("path", ["/admin/jobs", "/admin/jobs/1", "/admin/jobs/1/discard/new"])
    def test_agents_may_not_look(self, as_ana, path):
        assert as_ana.get(path).status == 403

    @pytest.mark.parametrize("deed", ["retries", "discard"])
    def test_nor_do_anything(self, as_ana, failed, status_of, deed):
        (job_id,) = failed()

        assert as_ana.post(f"/admin/jobs/{job_id}/{deed}").status == 403
        assert status_of(job_id) == "failed"

    def test_customers_find_no_such_page(self, as_carl):
        assert as_carl.get("/admin/jobs").status == 404

    def test_who_may_manage_the_desk_needs_no_other_right(self, as_ana, permitted):
        permitted("ana", Permission.MANAGE_DESK)

        assert as_ana.get("/admin/jobs").status == 200


class TestList:
    def test_counts_and_failures_the_latest_first(self, as_ada, acting, failed):
        first, second = failed(2)
        with acting("ada"):
            enqueue(break_down, number=7)

        page = as_ada.get("/admin/jobs")

        assert names(page) == [("tests.admin.break", str(second)), ("tests.admin.break", str(first))]
        assert "RuntimeError: Number 1 does not fit" in page.text
        assert "Failed 2 Waiting 1 Running 0 Done Discarded" in page.text

    def test_no_worker_is_said_and_what_that_means(self, as_ada):
        page = as_ada.get("/admin/jobs")

        assert "No worker is running." in page.text
        assert "No job has failed" in page.text

    def test_pages_follow_each_other_without_gaps(self, as_ada, failed):
        failed(55)
        first = as_ada.get("/admin/jobs")
        (older,) = re.findall(r'href="(/admin/jobs\?[^"]*after=[^"]+)">Older', first.html)
        second = as_ada.get(older.replace("&amp;", "&"))

        found = names(first) + names(second)
        assert len(found) == len(set(found)) == 55

    @pytest.mark.parametrize("rows", [1, 50])
    def test_it_costs_the_same_for_few_and_for_many(self, as_ada, failed, cold, rows):
        job_id = failed(rows)[0]
        cold(as_ada)
        with counted_statements() as for_the_list:
            page = as_ada.get("/admin/jobs")
        cold(as_ada)
        with counted_statements() as for_one:
            as_ada.get(f"/admin/jobs/{job_id}")

        assert len(names(page)) == rows
        assert (len(for_the_list), len(for_one)) == (7, 8)
        assert max(len(for_the_list), len(for_one)) <= CEILING


class TestNarrowing:
    def test_by_state(self, app, as_ada, acting, failed):
        failed(1)
        is_broken[0] = False
        (done,) = failed(1)
        with acting("ada"):
            waiting = enqueue(break_down, number=7)

        assert names(as_ada.get("/admin/jobs?show=done"))[0] == ("tests.admin.break", str(done))
        assert names(as_ada.get("/admin/jobs?show=waiting")) == [("tests.admin.break", str(waiting))]
        assert names(as_ada.get("/admin/jobs?show=running")) == []
        assert len(names(as_ada.get("/admin/jobs?show=nonsense"))) == 1

    def test_by_kind_words_of_the_error_and_number(self, as_ada, failed):
        one, two = failed(2)

        assert len(names(as_ada.get("/admin/jobs?kind=tests.admin.break"))) == 2
        assert names(as_ada.get("/admin/jobs?kind=mail.deliver")) == []
        assert [number for _name, number in names(as_ada.get("/admin/jobs?q=number 1 DOES"))] == [str(two)]
        assert [number for _name, number in names(as_ada.get(f"/admin/jobs?q=%23{one}"))] == [str(one)]
        assert names(as_ada.get("/admin/jobs?q=%25%25")) == []
        assert "No job is like that" in as_ada.get("/admin/jobs?q=zebra").text

    @pytest.mark.parametrize("sort", ["", "-latest", "job", "-job", "tries", "-tries"])
    def test_sorted_and_paged_without_gaps(self, as_ada, failed, sort):
        failed(55)
        first = as_ada.get(f"/admin/jobs?sort={sort}")
        (older,) = re.findall(r'href="(/admin/jobs\?[^"]*after=[^"]+)">Older', first.html)
        second = as_ada.get(older.replace("&amp;", "&"))

        found = names(first) + names(second)
        assert len(found) == len(set(found)) == 55

    def test_recurring_ones_with_their_last_and_next_moment(self, as_ada, acting):
        with acting("ada"):
            job_id = enqueue(break_down, number=7)
            db.session.execute(
                insert(moments).values(
                    task_name="audit.partitions", defer_timestamp=1_790_000_000, job_id=job_id
                )
            )

        page = as_ada.get("/admin/jobs")

        listed = page.html.split('id="recurring"')[1]
        assert set(recurring) == set(re.findall(r"<bdi>([\w.]+)</bdi>", listed))
        assert "Not yet" in listed
        assert re.search(r"audit\.partitions</bdi></a></td>\s*<td[^>]*><time[^>]*>.*?Waiting", listed)
        assert "With the next worker" in listed


class TestAllOfAKind:
    def test_first_it_says_how_many_and_why(self, as_ada, failed, status_of):
        ids = failed(3)

        page = as_ada.get("/admin/jobs/retries/new?kind=tests.admin.break")

        assert "3 jobs that failed would run again" in page.text
        assert "Number 2 does not fit" in page.text
        assert {status_of(each) for each in ids} == {"failed"}

    def test_all_run_again_and_each_is_told(self, app, as_ada, acting, failed, status_of):
        ids = failed(3)
        is_broken[0] = False

        page = as_ada.post("/admin/jobs/retries", {"kind": "tests.admin.break"}, follow=True)
        run_waiting_jobs(app)

        assert "3 jobs run again" in page.text
        assert {status_of(each) for each in ids} == {"succeeded"}
        with acting("ada"):
            told = select(AuditLog.record_id).where(AuditLog.table_name == "procrastinate_jobs")
            assert set(db.session.scalars(told)) == set(ids)

    def test_where_the_same_waits_already_that_one_does(self, app, as_ada, acting, status_of):
        ids = []
        for _round in range(2):
            with acting("ada"):
                ids.append(enqueue(break_down, number=1, once="same"))
            run_waiting_jobs(app)
        with acting("ada"):
            other = enqueue(break_down, number=2, once="other")
        run_waiting_jobs(app)
        with acting("ada"):
            enqueue(break_down, number=2, once="other")

        assert (
            "1 job that failed would run again"
            in as_ada.get("/admin/jobs/retries/new?kind=tests.admin.break").text
        )
        as_ada.post("/admin/jobs/retries", {"kind": "tests.admin.break"})

        assert [status_of(each) for each in (*ids, other)] == ["todo", "failed", "failed"]

    def test_nothing_to_do_is_said(self, as_ada):
        assert as_ada.get("/admin/jobs/retries/new?kind=zebra").status == 404
        assert "somebody was faster" in as_ada.post("/admin/jobs/retries", {"kind": "z"}, follow=True).text

    def test_agents_may_not(self, as_ana, failed, status_of):
        (job_id,) = failed()
        assert as_ana.get("/admin/jobs/retries/new?kind=tests.admin.break").status == 403
        assert as_ana.post("/admin/jobs/retries", {"kind": "tests.admin.break"}).status == 403
        assert status_of(job_id) == "failed"


class TestOne:
    def test_the_error_and_where_it_happened_without_what_it_was_about(self, as_ada, failed):
        (job_id,) = failed()

        page = as_ada.get(f"/admin/jobs/{job_id}")

        assert "RuntimeError: Number 0 does not fit" in page.text
        assert "in break_down" in page.text
        assert re.search(r"number</dt><dd><span[^>]*><bdi>0</bdi>", page.html)
        assert "canary" not in page.html

    @pytest.mark.parametrize("nothing", ["0", "999999", "99999999999999999999", "x"])
    def test_there_is_no_such_job(self, as_ada, nothing):
        assert as_ada.get(f"/admin/jobs/{nothing}").status == 404
        assert as_ada.get(f"/admin/jobs/{nothing}/discard/new").status == 404

    def test_one_that_waits_has_no_buttons_of_failed_ones(self, as_ada, acting):
        with acting("ada"):
            job_id = enqueue(break_down, number=1, run_at=datetime(2030, 1, 2, 3, 4, tzinfo=UTC))

        page = as_ada.get(f"/admin/jobs/{job_id}")

        assert "Not before 2 Jan 2030" in page.text
        assert "Run again" not in page.text
        assert as_ada.get(f"/admin/jobs/{job_id}/discard/new").status == 404


class TestDeeds:
    def test_another_try_runs_it_and_is_told(self, app, as_ada, acting, failed, status_of, person_id):
        (job_id,) = failed()
        is_broken[0] = False

        page = as_ada.post(f"/admin/jobs/{job_id}/retries")
        run_waiting_jobs(app)

        assert page.location == "/admin/jobs"
        assert status_of(job_id) == "succeeded"
        with acting("ada"):
            row = db.session.scalars(
                select(AuditLog).where(AuditLog.table_name == "procrastinate_jobs")
            ).one()
        assert (row.record_id, row.user_id) == (job_id, person_id("ada"))
        assert row.changes == {"status": ["failed", "todo"]}
        assert f"Ada Admin let job {job_id} run again" in as_ada.get("/admin/audit").text

    def test_discarding_asks_first(self, as_ada, failed, status_of):
        (job_id,) = failed()

        question = as_ada.get(f"/admin/jobs/{job_id}/discard/new")
        assert "It will never run again" in question.text
        assert status_of(job_id) == "failed"

        page = as_ada.post(f"/admin/jobs/{job_id}/discard", follow=True)
        assert "Discarded: the job will not run again." in page.text
        assert status_of(job_id) == "cancelled"
        assert names(page) == []
        assert f"Ada Admin discarded job {job_id}" in as_ada.get("/admin/audit").text

    @pytest.mark.parametrize("deed", ["retries", "discard"])
    def test_the_second_of_two_is_told_that_somebody_was_faster(self, as_ada, acting, failed, deed):
        (job_id,) = failed()
        as_ada.post(f"/admin/jobs/{job_id}/{deed}")

        page = as_ada.post(f"/admin/jobs/{job_id}/{deed}", follow=True)

        assert "This job has not failed, or somebody has dealt with it meanwhile." in page.text
        with acting("ada"):
            told = db.session.scalars(
                select(AuditLog).where(AuditLog.table_name == "procrastinate_jobs")
            ).all()
        assert len(told) == 1


def test_every_word_is_translated(pseudo, as_ada, failed):
    (job_id,) = failed()

    kind = "/retries/new?kind=tests.admin.break"
    for path in ("", "?show=done", "?q=zebra", f"/{job_id}", f"/{job_id}/discard/new", kind):
        found = untranslated(as_ada.get(f"/admin/jobs{path}").html)
        # names of arguments are those of the program
        assert [
            word for word in found if word not in ("number", "text") and not word.startswith("File ")
        ] == [], path
