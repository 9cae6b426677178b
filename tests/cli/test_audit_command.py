"""`helpdesk audit …`: what it prints, and how it ends, for whoever watches over the desk by a program."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, text

from helpdesk.audit.models import AuditLog
from helpdesk.cli import main
from helpdesk.core.configuration import configuration
from helpdesk.database.roles import owner_connection
from tests.support.audit_rows import audit_row


@pytest.fixture
def config(own_app):
    with own_app.app_context():
        return configuration()


@pytest.fixture
def run(config, tmp_path):
    """The command on a desk of its own with some rows in its trail."""
    with owner_connection(config) as connection:
        connection.execute(insert(AuditLog), [audit_row()] * 5)
    environ = {"DATABASE_URL": str(config.database_url), "HELPDESK_DATA": str(tmp_path)}
    return lambda *arguments: CliRunner().invoke(main, ["audit", *arguments], env=environ)


def change(config, statement):
    with owner_connection(config) as connection:
        connection.execute(text(statement))


def test_the_head_is_written_down_once_and_the_trail_is_whole(run, tmp_path):
    first, second = run("anchor"), run("anchor")
    anchors = [json.loads(line) for line in (tmp_path / "audit-anchors.jsonl").read_text().splitlines()]
    whole = run("verify", "--quiet")

    assert (first.exit_code, second.exit_code, whole.exit_code) == (0, 0, 0)
    assert f"Seal {anchors[0]['number']}, digest {anchors[0]['digest']}: written to " in first.output
    assert second.output == "There is nothing new to write down.\n"
    assert len(anchors) == 1
    assert "rows wait for their seal; 1 anchors." in whole.output
    assert "All is as it was sealed." in whole.output
    assert "after the last anchor cannot be found" in whole.output
    assert "seals" in run("verify").stderr  # how far it is


def test_what_was_edited_is_named_and_the_end_is_1(run, config):
    run("anchor")
    change(config, "update audit_logs set record_id = record_id + 1")

    found = run("verify", "--quiet")

    assert found.exit_code == 1
    assert "EDITED  seal 1: Row " in found.output
    assert "was changed after it was sealed." in found.output
    assert "All is as it was sealed." not in found.output


def test_what_was_cut_off_is_found_by_the_anchor_alone(run, config, tmp_path):
    run("anchor")
    (tmp_path / "kept").write_bytes((tmp_path / "audit-anchors.jsonl").read_bytes())
    (tmp_path / "audit-anchors.jsonl").unlink()
    change(config, "truncate audit_seals, audit_logs, access_logs")

    assert run("verify", "--quiet").exit_code == 0
    by_anchor = run("verify", "--quiet", "--anchors", str(tmp_path / "kept"))
    assert by_anchor.exit_code == 1
    assert "ANCHOR BROKEN" in by_anchor.output


def test_what_is_no_anchor_is_one_line(run, tmp_path):
    (tmp_path / "scribble").write_text('{"number": "many"}\n')

    for refused in (
        run("verify", "--anchors", str(tmp_path / "scribble")),
        run("verify", "--anchors", str(tmp_path / "none")),
    ):
        assert refused.exit_code in (1, 2)
        assert "Traceback" not in refused.output
        assert "Error: " in refused.output
