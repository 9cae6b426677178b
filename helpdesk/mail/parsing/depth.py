"""HTML nested beyond what anybody writes: readers of HTML take the square of its depth, so it is made shallow first."""

import re
from collections import Counter

DEEPEST = 500
_TAG = re.compile(r"<(/?)([a-z][a-z0-9:-]{0,40})[^<>]*>?", re.IGNORECASE)
# void, or closed by the next of their kind: however many there are, they do not nest
_FLAT = {
    *(
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ),
    *(
        "body",
        "dd",
        "dt",
        "head",
        "html",
        "li",
        "o:p",
        "option",
        "p",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
    ),
}


def shallow(markup: str) -> str:
    """The same, but that of elements nested too deeply only the content is left."""
    if markup.count("<") <= DEEPEST:
        return markup
    opened: Counter[str] = Counter()
    depth = 0
    kept: list[str] = []
    at = 0
    for tag in _TAG.finditer(markup):
        name = tag.group(2).lower()
        if name in _FLAT:
            continue
        if not tag.group(1):
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth + bool(tag.group(1)) > DEEPEST:
            kept.append(markup[at : tag.start()])
            at = tag.end()
    return "".join([*kept, markup[at:]]) if kept else markup
