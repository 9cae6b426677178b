"""Log lines say when, how bad, where and in whose request; as JSON one object a line."""

import io
import json
import logging
import logging.config

import pytest

from helpdesk.core import current, logs
from helpdesk.core.current import Via


@pytest.fixture
def written(monkeypatch):
    """`written("json", act)`: what is on stderr after `act`."""
    before = logging.root.handlers[:], logging.root.level

    def write(form, act):
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        logs.set_up(form)
        act()
        return stream.getvalue()

    yield write
    logging.root.handlers[:], logging.root.level = before


def test_json_is_one_object_a_line_with_the_entry_it_belongs_to(written):
    def act():
        with current.entering(Via.JOB, user_id=7, request_id="abc"):
            logging.getLogger("helpdesk.files").warning("Lost %s", "Käse")

    line = json.loads(written("json", act))

    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "Lost Käse",
        "level": "warning",
        "logger": "helpdesk.files",
        "request_id": "abc",
        "via": "job",
        "user_id": 7,
    }


def test_a_traceback_stays_within_its_line(written):
    def act():
        try:
            raise ValueError("no")
        except ValueError:
            logging.getLogger("helpdesk").exception("Oh")

    lines = written("json", act).splitlines()

    assert len(lines) == 1
    assert "ValueError: no" in json.loads(lines[0])["exception"]


def test_people_get_plain_words_without_colours_in_a_pipe(written):
    said = written("console", lambda: logging.getLogger("helpdesk").info("Started"))

    assert "Started" in said
    assert "\x1b" not in said


def test_the_routine_of_libraries_is_not_news(written):
    def act():
        for name in logs.QUIET:
            logging.getLogger(f"{name}.inside").info("routine")

    assert written("console", act) == ""
