"""The readable subset of mail HTML: plain blocks, its own pictures, nothing that was hidden, all that was said."""

import pytest

from helpdesk.mail.parsing.reduced_html import reduced


def test_looks_go_and_words_stay() -> None:
    markup = (
        '<html><head><title>x</title><style>p{color:red}</style></head><body bgcolor="#fff">'
        '<p class="MsoNormal" style="color:red"><font face="Arial">Dear <span>Ana</span>,<o:p></o:p></font></p>'
        "<script>alert(1)</script><center>thank you</center></body></html>"
    )

    assert reduced(markup) == "<p>Dear Ana,</p><div>thank you</div>"


def test_layout_tables_become_blocks_and_data_stays_a_table() -> None:
    data = "<table><tr><td>Drum</td><td>1</td></tr><tr><td>Toner</td><td>2</td></tr></table>"
    markup = f'<table width="600"><tr><td><h4>Order</h4></td></tr><tr><td>{data}</td></tr></table>'

    assert reduced(markup) == (
        "<div><div><div><div><h3>Order</h3></div></div><div><div>"
        "<table><tbody><tr><td>Drum</td><td>1</td></tr><tr><td>Toner</td><td>2</td></tr></tbody></table>"
        "</div></div></div></div>"
    )


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : none !important",
        "visibility:hidden",
        "mso-hide:all",
        "font-size:0",
        "max-height:0px;x:y",
    ],
)
def test_what_was_hidden_is_gone(style: str) -> None:
    assert reduced(f'<div style="{style}">preview <b>line</b></div><p>Hello</p>') == "<p>Hello</p>"


def test_small_print_is_not_hidden() -> None:
    assert reduced('<p style="font-size:0.8em;line-height:0">Terms</p>') == "<p>Terms</p>"


def test_pictures_of_the_mail_stay_and_others_leave_their_words() -> None:
    markup = (
        '<img src="cid:one@mail" alt="Screen" width="20" onerror="x"><img src="cid:two@mail">'
        '<img src="https://tracker.example/x.gif"><img src="https://shop.example/logo.png" alt="<Shop>">'
    )

    assert reduced(markup, {"one@mail"}) == '<img src="cid:one@mail" alt="Screen" width="20">&lt;Shop&gt;'


def test_empty_lines_are_few() -> None:
    markup = "<br><br><p>&nbsp;</p><p>one</p><div><br></div><div><br></div><br><br><br><p>two</p><br><div><br></div>"

    assert reduced(markup) == "<p>one</p><div><br></div><div><br></div><p>two</p>"


def test_deep_nesting_loses_tags_but_no_words() -> None:
    found = reduced("<div>" * 10_000 + "<b>word</b>")

    assert "word" in found
    assert found.count("<div>") < 60


def test_links_keep_only_addresses_people_can_follow() -> None:
    markup = (
        '<a href="https://a.example/?x=1&y=2" onclick="x">one</a><a href="javascript:alert(1)">two</a>'
        '<a href="/agent/tickets">three</a><a href="//evil.example">four</a>'
    )

    assert reduced(markup) == (
        '<a href="https://a.example/?x=1&amp;y=2" rel="noopener noreferrer nofollow">one</a>'
        '<a rel="noopener noreferrer nofollow">two</a><a rel="noopener noreferrer nofollow">three</a>'
        '<a rel="noopener noreferrer nofollow">four</a>'
    )
