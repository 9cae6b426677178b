"""How numbers of the statistics are written."""

import pytest

from helpdesk.web.agents.statistics_words import change_of_count, change_of_time, hours, length_words


@pytest.fixture(autouse=True)
def reading(bare):
    with bare.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    "seconds, words",
    [
        (None, "–"), (0, "0 s"), (59.4, "59 s"), (60, "1 min"), (3_569, "59 min"), (3_570, "1:00 h"),
        (5_400, "1:30 h"), (359_940, "99:59 h"), (360_000, "4.2 days"), (8_640_000, "100 days"),
    ],
)  # fmt: skip
def test_times_are_written_in_the_unit_people_think_in(seconds, words):
    assert length_words(seconds) == words


def test_machines_get_hours():
    assert hours(None) is None
    assert hours(5_430) == 1.51


@pytest.mark.parametrize(
    "now, before, more_is, said",
    [
        (3, 2, "", ("↑", "50 %", "2", "")),
        (3, 2, "better", ("↑", "50 %", "2", "better")),
        (1, 2, "better", ("↓", "50 %", "2", "worse")),
        (1, 2, "worse", ("↓", "50 %", "2", "better")),
        (2, 2, "better", ("", "no change", "2", "")),
        (3, 0, "better", ("↑", "", "0", "better")),
        (2_000, 1_000, "", ("↑", "100 %", "1,000", "")),
    ],
)
def test_counts_are_compared(now, before, more_is, said):
    change = change_of_count(now, before, more_is=more_is)

    assert (change.arrow, change.by, change.was, change.look) == said


def test_times_are_compared_where_there_are_two():
    assert change_of_time(None, 60) is None
    assert change_of_time(60, None) is None
    slower, same = change_of_time(7_200, 5_400), change_of_time(61, 62)
    assert slower is not None
    assert same is not None
    assert (slower.arrow, slower.by, slower.was, slower.verdict) == ("↑", "30 min", "1:30 h", "worse")
    assert (same.arrow, same.by, same.verdict) == ("", "no change", "")
