"""Text that has to fit on one line: names, subjects, headers."""

import unicodedata

from helpdesk.core.html import clean_text

_BREAKS = {"Cc", "Zl", "Zp"}  # control characters, line and paragraph separators
_OVERRIDES = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)  # they write backwards what follows


def one_line(text: str) -> str:
    """The text with every break as a space, and nothing that could start a line or turn the writing round."""
    visible = clean_text(text).translate(_OVERRIDES)
    return " ".join(
        "".join(" " if unicodedata.category(each) in _BREAKS else each for each in visible).split()
    )
