"""D02 at length: 100,000 hostile bodies stay what they are when they are sanitised again, and hold nothing foreign."""

import pytest

from helpdesk.core.html import sanitise
from helpdesk.mail.parsing.reduced_html import reduced
from tests.security.test_d02_html_bodies import ALLOWED
from tests.support.hostile_html import CONTENT_ID, bodies, nodes_of
from tests.support.tally import tally

pytestmark = pytest.mark.soak
COUNT = 100_000


def test_a_hundred_thousand_bodies() -> None:
    for body in bodies(COUNT, seed=6):
        once, shown = sanitise(body), reduced(body, {CONTENT_ID})

        assert sanitise(once) == once
        assert reduced(shown, {CONTENT_ID}) == shown
        assert nodes_of(shown) <= ALLOWED
    tally("hostile bodies of HTML", COUNT)
