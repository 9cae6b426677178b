"""The settings page: a group saves what was changed on it; what is wrong is said beside the field; defaults return."""

import html
import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditLog
from helpdesk.background.tables import queued
from helpdesk.core.db import db
from helpdesk.settings.catalogue import change_settings, load_desk
from tests.support.statements import counted_statements

REQUESTS = "/admin/settings/requests"


@pytest.fixture
def desk(acting):
    """The settings as they are now."""

    def look():
        with acting("ada"):
            return load_desk()

    return look


@pytest.fixture
def told(acting):
    """How many rows the audit trail has about settings."""

    def look():
        with acting("ada"):
            return len(db.session.scalars(select(AuditLog.id).where(AuditLog.table_name == "settings")).all())

    return look


def seen(page, group):
    """What the hidden field of a group's form says."""
    form = page.html[page.html.index(f'action="/admin/settings/{group}') :]
    found = re.search(r'name="seen" value="([^"]*)"', form)
    assert found is not None
    return html.unescape(found[1])


def errors(page):
    return re.findall(r'class="error"[^>]*>.*?<span>([^<]*)</span>', page.html)


def test_a_group_is_saved_by_itself_and_in_the_audit_trail(as_ada, desk, told):
    before, page = told(), as_ada.get("/admin/settings")

    answer = as_ada.post(
        REQUESTS,
        {
            "seen": seen(page, "requests"),
            "reopen_days": "30",
            "answer_within_hours": "0",
            "undo_send_seconds": "0",
        },
    )

    assert (answer.status, answer.location) == (303, "/admin/settings#requests")
    assert desk().reopen_days == 30
    assert told() == before + 1
    shown = as_ada.get("/admin/settings")
    assert "Saved: Requests." in shown.text
    assert "Changed Default: 14 days Reset" in shown.text


def test_nothing_changed_writes_nothing(as_ada, told):
    before, page = told(), as_ada.get("/admin/settings")

    as_ada.post(
        REQUESTS,
        {
            "seen": seen(page, "requests"),
            "reopen_days": "14",
            "answer_within_hours": "0",
            "undo_send_seconds": "0",
        },
    )

    assert told() == before


@pytest.mark.parametrize(
    "group, typed, sentence",
    [
        ("requests", {"reopen_days": "soon"}, "Write a whole number from 0 to 3,650."),
        ("requests", {"reopen_days": ""}, "Write a whole number from 0 to 3,650."),
        ("requests", {"reopen_days": "9" * 6000}, "Write a whole number from 0 to 3,650."),
        ("requests", {"reopen_days": "-1"}, "Write a whole number from 0 to 3,650."),
        (
            "desk",
            {"base_url": "javascript:alert(1)"},
            "Write a web address, such as https://help.example.com.",
        ),
        ("desk", {"time_zone": "Mars/Olympus"}, "There is no time zone “Mars/Olympus”."),
        ("desk", {"locale": "xx"}, "Choose one of those that are offered."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(as_ada, desk, group, typed, sentence):
    rest = {
        "requests": {"reopen_days": "30", "answer_within_hours": "4", "undo_send_seconds": "0"},
        "desk": {"base_url": "", "time_zone": "UTC", "locale": "en"},
    }[group]
    before = desk()

    page = as_ada.post(f"/admin/settings/{group}", {**rest, **typed})

    assert page.status == 422
    assert errors(page) == [sentence]
    (value,) = typed.values()
    if group == "requests" and value:
        assert f'value="{value}"' in page.html
    assert desk() == before


def test_a_switch_that_is_not_sent_is_off(as_ada, desk):
    page = as_ada.get("/admin/settings")

    as_ada.post("/admin/settings/access", {"seen": seen(page, "access"), "allows_sign_up": "y"})

    assert (desk().allows_guests, desk().allows_sign_up) == (False, True)


def test_what_somebody_else_changed_meanwhile_is_kept(as_ada, desk, acting):
    opened = seen(as_ada.get("/admin/settings"), "requests")
    with acting("ada"):
        change_settings(reopen_days=30)

    other = as_ada.post(
        REQUESTS, {"seen": opened, "reopen_days": "14", "answer_within_hours": "4", "undo_send_seconds": "0"}
    )
    same = as_ada.post(
        REQUESTS, {"seen": opened, "reopen_days": "7", "answer_within_hours": "4", "undo_send_seconds": "0"}
    )

    assert other.status == 303
    assert (desk().reopen_days, desk().answer_within_hours) == (30, 4)
    assert same.status == 422
    assert errors(same) == ["Somebody changed this meanwhile. Look at what it is now, then save again."]


@pytest.mark.parametrize("told_before", ["", "{", "[]", '"x"', '{"reopen_days": {"a": 1}}', "9" * 5000])
def test_nonsense_in_the_hidden_field_breaks_nothing(as_ada, told_before):
    answer = as_ada.post(
        REQUESTS,
        {"seen": told_before, "reopen_days": "20", "answer_within_hours": "0", "undo_send_seconds": "0"},
    )

    assert answer.status in (303, 422)


def test_reset_brings_the_default_back(as_ada, desk, acting):
    with acting("ada"):
        change_settings(reopen_days=30)

    answer = as_ada.post("/admin/settings/reopen_days/reset")

    assert answer.location == "/admin/settings#setting-reopen_days"
    assert desk().reopen_days == 14
    assert "Default: 14 days" not in as_ada.get("/admin/settings").text


@pytest.mark.parametrize("name", ["is_set_up", "demo_user_ids", "nonsense", "__class__"])
def test_what_is_on_no_page_cannot_be_reset(as_ada, desk, name):
    assert as_ada.post(f"/admin/settings/{name}/reset").status == 404
    assert desk().is_set_up


def test_what_is_on_no_page_cannot_be_set(as_ada, desk):
    as_ada.post(
        REQUESTS, {"reopen_days": "14", "answer_within_hours": "0", "is_set_up": "", "demo_user_ids": "1"}
    )

    assert desk().is_set_up
    assert desk().demo_user_ids == []
    assert as_ada.post("/admin/settings/internal", {}).status in (404, 405)


def test_what_the_environment_sets_is_shown_with_its_reason(as_ada, desk, app, monkeypatch):
    from dataclasses import replace

    from helpdesk.core import configuration

    config = replace(app.extensions[configuration._KEY], base_url="https://fixed.example")
    monkeypatch.setitem(app.extensions, configuration._KEY, config)

    page = as_ada.get("/admin/settings")
    answer = as_ada.post(
        "/admin/settings/desk",
        {"base_url": "https://other.example", "time_zone": "Europe/Vienna", "locale": "en"},
    )

    assert "“https://fixed.example”" in page.text
    assert "HELPDESK_BASE_URL in the environment of the program sets this" in page.text
    assert 'name="base_url"' not in page.html
    assert answer.status == 303
    assert (desk().base_url, desk().time_zone) == ("http://desk.example", "Europe/Vienna")


def test_it_takes_the_permission(as_ana, permitted):
    permitted("ana", Permission.MANAGE_PEOPLE)

    assert as_ana.get("/admin/settings").status == 403
    assert as_ana.post(REQUESTS, {"reopen_days": "1"}).status == 403
    assert as_ana.post("/admin/settings/reopen_days/reset").status == 403


def test_it_costs_few_statements(as_ada):
    with counted_statements() as statements:
        as_ada.get("/admin/settings")

    assert len(statements) <= 8


def test_another_language_of_the_texts_is_a_job_and_the_page_says_how_far_it_is(as_ada, desk, acting):
    page = as_ada.get("/admin/settings")
    assert 'id="indexing"' in page.html
    assert "Words are indexed anew" not in page.text

    sent = {
        "seen": seen(page, "desk"),
        "base_url": "",
        "time_zone": "UTC",
        "locale": "en",
        "search_language": "german",
    }
    as_ada.post("/admin/settings/desk", sent)

    assert desk().search_language == "german"
    assert "Words are indexed anew: 0 of 5 indexes are ready." in as_ada.get("/admin/settings").text
    with acting("ada"):
        jobs = db.session.scalars(select(queued.c.task_name).where(queued.c.status == "todo")).all()
    assert jobs.count("tickets.index_words") == 1
