"""B09: a body too large to be pleasant is read whole, never replaced by a word about an error."""

import time

import pytest
from coverage import Coverage

from helpdesk.core.html import html_to_text
from helpdesk.files.store import store
from helpdesk.mail.models import Verdict
from helpdesk.mail.parsing import limits, parse
from helpdesk.mail.parsing.bodies import LONGEST_HTML
from helpdesk.mail.parsing.original_html import original_html
from helpdesk.mail.parsing.quoting import own_text, split_reply
from helpdesk.mail.parsing.reduced_html import reduced
from helpdesk.tickets.models import Comment
from tests.support.letters import FROM_CARL, a_mailbox, arrives

LINK = '<p style="color:red"><a href="https://shop.example/{0}?{1}">link {0}</a> and words</p>'
LINKS = "".join(LINK.format(number, "a" * 20) for number in range(20_000))
PLAIN = "The plain words are here as well."
# to count branches takes three times as long as the work itself
BUDGET = limits.CPU_SECONDS * (2 if Coverage.current() else 0.75)


def mail_of(html, *, text=None):
    head = f"From: {FROM_CARL}\r\nTo: support@desk.example\r\nSubject: Large\r\nMIME-Version: 1.0\r\n"
    if text is None:
        return f"{head}Content-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()
    return (
        f"{head}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--b\r\n"
        f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b--\r\n"
    ).encode()


def cost(deed, *given):
    started = time.process_time()
    found = deed(*given)
    return found, time.process_time() - started


@pytest.mark.parametrize(
    "html",
    [
        LINKS,
        "<div>" * 10_000 + LINKS[:500_000],
        "<table><tr><td>" * 3_000 + "words" + LINKS[:500_000],
        "<b><i><p>" * 3_000 + "words",
        "<p>" + " " * 1_000_000 + "words</p>",
        "<p>a" * 100_000,
        "<blockquote type=cite>" * 5_000 + "words",
        "<span style='" + "a:b;" * 100_000 + "'>words</span>",
        "<style>" + "a{b:url(" * 100_000 + "</style><p>words</p>",
        "<!--" * 100_000 + "--><p>words</p>",
        "&" * 500_000 + "words",
        "<" * 500_000 + "words",
        "<a href='" * 50_000 + "words",
    ],
    ids=range(13),
)
def test_B09_it_is_read_within_the_limits(html):
    mail, seconds = cost(parse, mail_of(html))

    assert seconds < BUDGET
    assert [problem for problem in mail.problems if "Error" in problem] == []


def test_B09_every_one_of_20000_links_stays():
    mail, seconds = cost(parse, mail_of(LINKS, text=PLAIN))

    assert seconds < BUDGET
    assert 2_000_000 < len(LINKS) < LONGEST_HTML
    assert mail.html.count("<a ") == mail.reply_html.count("<a ") == 20_000
    assert (mail.text, mail.reply_text) == (PLAIN, PLAIN)


@pytest.mark.parametrize(
    "text",
    [
        "> " * 500_000,
        "On Monday " * 100_000 + "wrote:",
        "wrote: " * 100_000,
        "On 1 a@b.example wrote:\n" * 50_000,
        "From: x\n" * 100_000,
        "-- \n" * 200_000,
        "__________\n" * 50_000,
        " " * 1_000_000,
        "\n" * 1_000_000,
        "Sent from my " * 50_000,
        "1 <a@" * 100_000 + ":",
        "a" * 1_000_000,
    ],
    ids=range(12),
)
def test_B09_plain_text_of_any_shape_is_quick(text):
    _, seconds = cost(own_text, text)

    assert seconds < 2


def test_B09_the_original_is_quick_too():
    for html in (LINKS, f"<style>{'a{b:c' * 200_000}</style>", "<p style='" + "url(" * 200_000 + "'>x"):
        _, seconds = cost(original_html, html, {})

        assert seconds < 3


def test_B09_the_words_are_at_the_ticket_and_the_bytes_are_kept(work):
    raw = mail_of(LINKS, text=PLAIN)
    inbound = arrives(a_mailbox(), raw)
    comment = work.get_one(Comment, inbound.comment_id)
    with store().open(inbound.sha256) as content:
        kept = content.read()

    assert inbound.verdict is Verdict.NEW_TICKET
    assert kept == raw
    assert "link 19999" in comment.content or comment.content == PLAIN


def test_B09_html_of_a_reply_loses_nothing_to_the_fold():
    half = "".join(LINK.format(number, "") for number in range(2_500))
    halves = split_reply("", f"<p>Mine</p>{half}<div id=divRplyFwdMsg>Theirs</div>{half}")
    shown, folded = html_to_text(reduced(halves.html)), html_to_text(reduced(halves.quoted_html))

    assert shown.startswith("Mine")
    assert folded.startswith("Theirs")
    assert shown.count("and words") == folded.count("and words") == 2_500
