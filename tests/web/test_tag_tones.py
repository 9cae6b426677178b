"""Any colour wears one of six tones."""

import pytest

from helpdesk.web.tag_tones import tone_of


@pytest.mark.parametrize(
    "color, tone",
    [
        ("#6b6b6b", "grey"),
        ("#000000", "grey"),
        ("#ffffff", "grey"),
        ("#d23b2f", "red"),
        ("#c2185b", "red"),
        ("#ff8800", "amber"),
        ("#ffee00", "amber"),
        ("#2c9a4b", "green"),
        ("#0b8fa5", "teal"),
        ("#3355dd", "ink"),
        ("#8e24aa", "ink"),
        ("#ff0000", "red"),
        ("#ff0001", "red"),
    ],
)
def test_the_nearest_tone_by_hue(color, tone):
    assert tone_of(color) == tone
