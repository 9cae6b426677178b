"""Logs in either form name the request, and never the person."""

import json
import logging

import pytest

from helpdesk.core import current, logs
from helpdesk.core.current import Via


def test_json_lines_carry_the_entry(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    with current.entering(Via.JOB, user_id=7, request_id="job-1"):
        logging.getLogger("helpdesk.test").info("It %s", "happened")
        try:
            raise ValueError("boom")
        except ValueError:
            logging.getLogger("helpdesk.test").exception("It failed")

    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["event"], first["request_id"], first["via"], first["user_id"]) == (
        "It happened",
        "job-1",
        "job",
        7,
    )
    assert first["level"] == "info"
    assert second["exception"][0]["exc_value"] == "boom"


def test_console_lines_are_for_people_and_come_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("console")
    logs.configure("console")
    logging.getLogger("helpdesk.test").warning("Look here")

    assert capsys.readouterr().err.count("Look here") == 1
