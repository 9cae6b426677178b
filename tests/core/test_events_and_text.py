"""Events reach their subscribers in order; text and HTML from outside become harmless."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core import current, tokens
from helpdesk.core.events import on, publish
from helpdesk.core.html import clean_text, sanitise, text_to_html
from tests.support.tally import tally


@dataclass(frozen=True)
class Rang:
    """A bell rang."""

    times: int


def test_subscribers_hear_their_kind_of_event_in_order_and_once() -> None:
    heard: list[str] = []

    def first(event: Rang) -> None:
        heard.append(f"first {event.times}")

    on(Rang)(first)
    on(Rang)(first)
    on(Rang)(lambda event: heard.append(f"second {event.times}"))
    publish(Rang(2))
    publish(object())

    assert heard == ["first 2", "second 2"]


def test_outside_of_an_entry_nobody_acts() -> None:
    assert current.maybe_entry() is None
    with pytest.raises(current.NobodyEntered):
        current.entry()


def test_tokens_are_long_random_and_stored_as_a_digest() -> None:
    one, other = tokens.new_token(), tokens.new_token()

    assert one != other
    assert len(one) >= 43
    assert one not in tokens.digest(one)
    assert len(tokens.digest(one)) == 64


@pytest.mark.parametrize(
    "text, html",
    [
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        (
            "see https://a.example/b?c=d&e, ok",
            (
                '<p>see <a href="https://a.example/b?c=d&amp;e" rel="noopener noreferrer nofollow">'
                "https://a.example/b?c=d&amp;e</a>, ok</p>"
            ),
        ),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("  \r\n\r\n ", ""),
    ],
)
def test_text_becomes_paragraphs_with_links(text: str, html: str) -> None:
    assert text_to_html(text) == html


@pytest.mark.parametrize(
    "hostile, left",
    [
        ("<b onclick=x>hi</b><script>x</script>", "<b>hi</b>"),
        ('<a href="javascript:x">y</a>', '<a rel="noopener noreferrer nofollow">y</a>'),
        ("<style>*{}</style><img src=x onerror=y><form><input></form>ok", "ok"),
        ('<svg><use href="//evil"></use></svg><iframe src=//x></iframe>', ""),
    ],
)
def test_hostile_html_loses_its_teeth(hostile: str, left: str) -> None:
    assert sanitise(hostile) == left


@given(st.text())
def test_cleaning_is_final_and_storable(text: str) -> None:
    tally("texts cleaned")
    cleaned = clean_text(text)

    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned
    assert sanitise(sanitise(text)) == sanitise(text)
