"""Finds words on a page that no translation went through: in the pseudo-language all of ours are bracketed."""

from html.parser import HTMLParser

SILENT = {"script", "style", "title", "svg", "code", "kbd", "option", "template"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}
SPOKEN_ATTRIBUTES = {"aria-label", "title", "placeholder", "alt"}


class _Reader(HTMLParser):
    """Collects text outside of brackets, except where people's own words stand (dir=auto, bdi, translate=no)."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        theirs = (
            given.get("dir") == "auto" or given.get("translate") == "no" or tag in SILENT | {"bdi", "time"}
        )
        inside = theirs or self._is_theirs()
        if not inside:
            spoken = [value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES]
            self.found += filter(_is_forgotten, spoken)
        if tag not in VOID:
            self.open.append((tag, inside))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_theirs() and _is_forgotten(data):
            self.found.append(data.strip())

    def _is_theirs(self) -> bool:
        return bool(self.open) and self.open[-1][1]


def _is_forgotten(text: str) -> bool:
    letters = "".join(character for character in text if character.isalpha())
    return len(letters) > 1 and not (text.strip().startswith("[") and text.strip().endswith("]"))


def untranslated(html: str) -> list[str]:
    """Texts of the page that are neither pseudo nor marked as somebody's own words."""
    reader = _Reader()
    reader.feed(html)
    return reader.found
