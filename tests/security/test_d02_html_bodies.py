"""D02: HTML of mails passes an allow-list, again and again with the same result, and a browser sees nothing else."""

import pytest
from playwright.sync_api import Dialog

from helpdesk.core.html import sanitise
from helpdesk.mail.parsing import parse
from helpdesk.mail.parsing.original_html import original_html
from helpdesk.mail.parsing.quoting import split_reply
from helpdesk.mail.parsing.reduced_html import reduced
from tests.support.chromium import chromium, open_page
from tests.support.hostile_html import CONTENT_ID, bodies, nodes_of
from tests.support.tally import tally

COUNT = 2_000
IN_A_BROWSER = 1_000
TAGS = {
    *(
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "em",
        "h1",
        "h2",
        "h3",
        "hr",
        "i",
        "img",
        "li",
        "ol",
        "p",
    ),
    *("pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"),
}
ALLOWED = {
    *TAGS,
    *("a href", "a rel", "a href=http:", "a href=https:", "a href=mailto:", "a href=tel:"),
    *("img src", "img alt", "img width", "img height", "img src=cid:"),
}
PAYLOADS = [
    '<p/onclick=alert(1)>x</p><IMG """><SCRIPT>alert(1)</SCRIPT>">',
    '<a href=" &#14;  javascript:alert(1)">x</a><a href="jav&#x09;ascript:alert(1)">x</a>',
    "<a href='\x01javascript:alert(1)'>x</a><a href=//evil.example>x</a>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<![CDATA[><script>alert(1)</script>]]><?xml-stylesheet href='javascript:alert(1)'?>",
    "<table><td background='javascript:alert(1)'><isindex action=javascript:alert(1)>",
    "<div style='width:expression(alert(1))'><base href='javascript:alert(1)//'><meta http-equiv=refresh content='0'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data='data:text/html,x'></object><embed src=x>",
]
NODES = """bodies => {
    const found = new Set();
    for (const body of bodies) {
        const place = document.createElement('div');
        document.body.replaceChildren(place);
        place.innerHTML = body;
        for (const node of place.querySelectorAll('*')) {
            found.add(node.localName);
            for (const { name } of node.attributes) found.add(`${node.localName} ${name}`);
        }
    }
    return [...found];
}"""


def test_sanitising_twice_changes_nothing() -> None:
    changed = [body for body in bodies(COUNT, seed=1) if sanitise(once := sanitise(body)) != once]

    tally("hostile bodies of HTML", COUNT)
    assert changed == []


def test_reducing_twice_changes_nothing_and_leaves_nothing_foreign() -> None:
    for body in bodies(COUNT, seed=2):
        once = reduced(body, {CONTENT_ID})

        assert reduced(once, {CONTENT_ID}) == once
        assert nodes_of(once) <= ALLOWED
    tally("hostile bodies of HTML", COUNT)


def test_both_halves_of_a_reply_are_as_clean() -> None:
    for body in bodies(COUNT // 3, seed=3):
        halves = split_reply("", f"<p>Mine</p>{body}<div id=divRplyFwdMsg>{body}</div>")

        assert nodes_of(reduced(halves.html)) | nodes_of(reduced(halves.quoted_html)) <= ALLOWED


@pytest.mark.parametrize("payload", PAYLOADS)
def test_known_tricks_come_to_nothing(payload: str) -> None:
    raw = f"From: olga@stranger.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{payload}"
    mail = parse(raw.encode())

    assert nodes_of(mail.html) | nodes_of(mail.reply_html) | nodes_of(mail.quoted_html) <= ALLOWED
    assert reduced(mail.html) == mail.html


@pytest.mark.browser
def test_a_browser_finds_only_what_is_allowed() -> None:
    known = [name for name in ALLOWED if "=" not in name]
    shown = [reduced(body, {CONTENT_ID}) for body in [*bodies(IN_A_BROWSER, seed=4), *PAYLOADS]]
    framed = [original_html(body, {}, remote=True) for body in [*bodies(IN_A_BROWSER, seed=5), *PAYLOADS]]
    with chromium() as browser:
        page = open_page(browser)
        alerts: list[str] = []

        def close(dialog: Dialog) -> None:
            alerts.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", close)
        in_place = page.evaluate(NODES, shown)
        in_the_frame = page.evaluate(NODES, framed)
        page.wait_for_timeout(200)

    tally("hostile bodies in a browser", len(shown) + len(framed))
    assert set(in_place) <= set(known)
    assert [
        node for node in in_the_frame if " on" in node or node in {"script", "iframe", "svg", "math"}
    ] == []
    assert alerts == []
