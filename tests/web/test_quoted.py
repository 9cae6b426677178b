"""What a message repeats of earlier ones is told apart; nothing is lost and nothing becomes unsafe."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core.html import sanitise, text_to_html
from helpdesk.web.quoted import parted

INTRODUCTION = "On Sun, 22 Nov 2026 at 08:31 Ana Agent wrote:"


def words(html: str) -> str:
    return "".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "text, new, quoted",
    [
        ("It works.\n\n> Use water.\n> And sand.", "It works.", "&gt; Use water. &gt; And sand."),
        (f"It works.\n\n{INTRODUCTION}\n> Use water.", "It works.", f"{INTRODUCTION} &gt; Use water."),
        (f"It works.\n\n{INTRODUCTION}\n\n> Use water.", "It works.", f"{INTRODUCTION} &gt; Use water."),
        ("It works.\n> Use water.", "It works.", "&gt; Use water."),
        ("It works.\n\n> One\n\n> Two", "It works.", "&gt; One &gt; Two"),
    ],
)
def test_quoted_lines_at_the_end_are_told_apart(text: str, new: str, quoted: str) -> None:
    found = parted(text_to_html(text))

    assert words(found.body) == "".join(new.split())
    assert words(found.quoted) == "".join(quoted.split())


@pytest.mark.parametrize(
    "text",
    [
        "It works.",
        "> Only a quote.",
        "> Use water.\n\nThat did it.",
        "It costs:\n\n5 > 3",
        "Before 8:30:",
        "",
        "My list 2026:\n- one",
    ],
)
def test_what_is_answered_below_or_stands_alone_stays(text: str) -> None:
    html = text_to_html(text)

    found = parted(html)

    assert (found.body, found.quoted, found.lines) == (html, "", 0)


@pytest.mark.parametrize(
    "html, new, quoted, lines",
    [
        ("<p>Yes.</p><blockquote>Use water.</blockquote>", "<p>Yes.</p>", "<blockquote>Use water.</blockquote>", 1),
        ("<p>Yes.</p><p>On 1 May Ana wrote:</p><blockquote><p>A</p><p>B</p></blockquote>", "<p>Yes.</p>",
         "<p>On 1 May Ana wrote:</p><blockquote><p>A</p><p>B</p></blockquote>", 3),
        ("<div>Yes.<br><br>On 1 May Ana wrote:</div><blockquote>A</blockquote>", "<div>Yes.</div>",
         "<div>On 1 May Ana wrote:</div><blockquote>A</blockquote>", 2),
        ("Bare<blockquote>A</blockquote>\n", "Bare", "<blockquote>A</blockquote>\n", 1),
    ],
)  # fmt: skip
def test_blockquotes_are_quotes(html: str, new: str, quoted: str, lines: int) -> None:
    found = parted(html)

    assert (found.body, found.quoted, found.lines) == (new, quoted, lines)


def test_a_mark_inside_of_something_open_is_not_cut() -> None:
    html = "<p><b>Yes<br>&gt; no</b></p>"

    assert parted(html).body == html


TAGS = [
    "<p>",
    "</p>",
    "<blockquote>",
    "</blockquote>",
    "<b>",
    "</b>",
    "<br>",
    "<ul><li>",
    "</ul>",
    "<hr>",
    "</a>",
]
TEXTS = ["&gt; ", "word", "On 1 May:", "\n", "5 &lt; 6", '<a href="http://x.example/?a>b">']
PIECES = st.lists(st.sampled_from([*TAGS, *TEXTS]), max_size=30)


@given(PIECES)
def test_nothing_is_lost_and_both_parts_are_as_clean_as_the_whole(pieces: list[str]) -> None:
    html = sanitise("".join(pieces))

    found = parted(html)

    assert words(found.body) + words(found.quoted) == words(html)
    assert sanitise(found.body) == found.body
    assert sanitise(found.quoted) == found.quoted
    assert found.body or not html
