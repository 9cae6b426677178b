"""The system page says what the desk runs on, what is wrong with it, and shows nothing that customers wrote."""

import pytest

from helpdesk.accounts.permissions import Permission
from helpdesk.database import facts
from helpdesk.files.operations import save
from tests.support.statements import counted_statements
from tests.web.admin.test_branding import picture

URL = "/admin/system"


def test_it_names_versions_tables_parts_and_settings(as_ada):
    page = as_ada.get(URL)

    assert page.status == 200
    for words in (
        "PostgreSQL",
        "sqlalchemy",
        "Largest tables",
        "audit_logs_2",
        "Settings of PostgreSQL",
        "shared_buffers",
    ):
        assert words in page.text


def test_health_is_what_readyz_says(as_ada, as_nobody):
    told = as_nobody.get("/readyz").response.get_json()
    page = as_ada.get(URL)

    assert told["parts"]["worker"] == "never seen: start `helpdesk worker`"
    assert told["parts"]["worker"] in page.text
    assert "Not ready" in page.text


def test_a_bad_setting_of_the_server_says_what_to_do(as_ada):
    page = as_ada.get(URL)  # the server of the tests hurries

    assert "Switch it on: without it a power cut can damage the data beyond repair." in page.text
    assert page.text.index("fsync") < page.text.index("shared_buffers")


def test_stored_files_are_counted(as_ada, acting):
    with acting("ada"):
        size = save(picture(), filename="one.png").size

    assert f"Files 1, {size} B" in as_ada.get(URL).text.replace("bytes", "B")


def test_a_full_disk_is_said(as_ada, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: type("Disk", (), {"total": 100, "free": 5})())

    assert "Disk nearly full" in as_ada.get(URL).text


def test_statements_are_shown_without_what_somebody_wrote(as_ada):
    as_ada.get("/agent/search?q=topsecretword")

    for path in (URL, f"{URL}?by=mean", f"{URL}?by=nonsense"):
        page = as_ada.get(path)
        assert page.status == 200
        assert "Slowest statements" in page.text
        assert "topsecretword" not in page.html


def test_without_the_extension_it_says_how_to_switch_it_on(as_ada, monkeypatch):
    monkeypatch.setattr(facts, "slowest_statements", lambda *_some, **_more: None)

    page = as_ada.get(URL)

    assert "shared_preload_libraries = 'pg_stat_statements'" in page.text
    assert "CREATE EXTENSION IF NOT EXISTS pg_stat_statements;" in page.text


def test_it_takes_the_permission(as_ana, permitted):
    permitted("ana", Permission.MANAGE_PEOPLE)

    assert as_ana.get(URL).status == 403


@pytest.mark.parametrize("path", [URL, f"{URL}?by=mean"])
def test_it_costs_few_statements(as_ada, path):
    with counted_statements() as seen:
        as_ada.get(path)

    assert len(seen) <= 14  # three of them are changes of the role: health is asked as /readyz asks
