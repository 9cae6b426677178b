"""Bodies of HTML as attackers and broken programs write them: the same ones for the same seed."""

import random
from collections.abc import Iterator
from html.parser import HTMLParser

CONTENT_ID = "picture@mail"
TAGS = {
    *(
        "a",
        "b",
        "i",
        "p",
        "div",
        "span",
        "table",
        "tbody",
        "tr",
        "td",
        "th",
        "ul",
        "ol",
        "li",
        "blockquote",
        "h1",
    ),
    *("h2", "h4", "br", "hr", "img", "font", "center", "pre", "code", "section", "dl", "dt", "dd", "caption"),
    *(
        "tfoot",
        "thead",
        "form",
        "style",
        "script",
        "svg",
        "math",
        "mtext",
        "mglyph",
        "title",
        "textarea",
        "option",
    ),
    *(
        "noscript",
        "template",
        "u",
        "strike",
        "ins",
        "sub",
        "q",
        "cite",
        "iframe",
        "object",
        "embed",
        "link",
        "base",
    ),
    *(
        "meta",
        "o:p",
        "body",
        "html",
        "head",
        "nobr",
        "button",
        "label",
        "input",
        "fieldset",
        "legend",
        "marquee",
    ),
    *(
        "plaintext",
        "xmp",
        "listing",
        "rt",
        "ruby",
        "select",
        "foreignObject",
        "annotation-xml",
        "frameset",
        "isindex",
    ),
}
ATTRIBUTES = (
    *(
        "",
        "",
        "",
        ' href="https://e.example/?a=1&b=2"',
        ' href="javascript:alert(1)"',
        " href=' java&#10;script:x'",
    ),
    *(' href="data:text/html,<script>"', f' src="cid:{CONTENT_ID}"', f' src="cid:{CONTENT_ID}" alt="a<b"'),
    *(
        ' alt="&lt;b&gt; x" src="https://x.example/y.png"',
        ' style="display:none"',
        ' style="display:none;color:red',
    ),
    *(" hidden", ' class="gmail_quote"', " onclick=alert(1)", ' title="<img src=x onerror=alert(1)>"'),
    *(
        ' width="10" height="0"',
        ' background="//x.example"',
        " srcset=x.png",
        ' srcdoc="<script>"',
        " /onload=x",
    ),
    *(
        ' xlink:href="javascript:x"',
        ' formaction="javascript:x"',
        ' style="background:url(javascript:x)"',
        "/",
        "\n",
    ),
)
TEXTS = (
    *(
        "text",
        "word ",
        " ",
        "\n",
        "a &amp; b",
        "&lt;script&gt;",
        "&nbsp;",
        "\xa0",
        "&#0;",
        "&#x3C;b&#x3E;",
        "<",
        ">",
    ),
    *(
        '"',
        "'",
        "&",
        "<!--",
        "-->",
        "--!>",
        "<![CDATA[",
        "]]>",
        "<?x",
        "</",
        "\x00",
        "\u202e",
        "=",
        "/",
        "&lt",
        "<!",
    ),
    *(
        "<br><br><br><br>",
        "<table><tr><td>1<td>2<tr><td>3<td>4</table>",
        "</p",
        "<svg><style>",
        "<math><mtext>",
    ),
)


def bodies(count: int, *, seed: int) -> Iterator[str]:
    """So many of them; never the same ones for another seed."""
    tags = sorted(TAGS)
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        yield "".join(_scrap(chance, tags) for _ in range(chance.randint(1, 40)))


def _scrap(chance: random.Random, tags: list[str]) -> str:
    kind = chance.random()
    if kind < 0.4:
        return f"<{chance.choice(tags)}{chance.choice(ATTRIBUTES)}>"
    if kind < 0.65:
        return f"</{chance.choice(tags)}>"
    return chance.choice(TEXTS)


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"{tag} {name}" for name, _ in attrs)}
        for name, value in attrs:
            if name in {"href", "src"}:
                self.found.add(f"{tag} {name}={(value or '').split(':')[0]}:")

    def handle_comment(self, data: str) -> None:
        self.found.add("comment")

    def handle_decl(self, decl: str) -> None:
        self.found.add("declaration")

    def handle_pi(self, data: str) -> None:
        self.found.add("instruction")


def nodes_of(markup: str) -> set[str]:
    """What a reader other than the sanitiser finds in it: tags, "tag attribute" and "tag attribute=scheme:"."""
    collector = _Collector()
    collector.feed(markup)
    collector.close()
    return collector.found
