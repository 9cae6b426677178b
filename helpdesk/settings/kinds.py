"""Kinds of settings: how what is typed becomes a value, and which values a setting may have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from helpdesk.config import web_address
from helpdesk.core.html import clean_text
from helpdesk.core.lines import one_line
from helpdesk.settings.colours import normal_hex
from helpdesk.settings.palette import ENOUGH, is_readable, nearest_readable, weakest


class Kind(Protocol):
    """What all kinds can do."""

    def clean(self, value: Any) -> Any:
        """The value as it is kept, from a value or from what somebody typed. Raises ValueError with a sentence."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """Text on one line."""

    longest: int
    missing: str = ""
    """What to say where nothing is typed; "": nothing is fine."""

    def clean(self, value: Any) -> str:
        line = one_line(_text(value))
        if not line and self.missing:
            raise ValueError(self.missing)
        return _not_longer(line, self.longest)


@dataclass(frozen=True, slots=True)
class Text:
    """Text of several lines."""

    longest: int

    def clean(self, value: Any) -> str:
        return _not_longer(clean_text(_text(value)).strip(), self.longest)


@dataclass(frozen=True, slots=True)
class Address:
    """A web address, or none."""

    def clean(self, value: Any) -> str:
        typed = _text(value).strip()
        try:
            address = web_address(typed) if typed else ""
            is_usable = not address or ("@" not in address and bool(urlsplit(address).hostname))
        except ValueError:
            is_usable = False
        if not is_usable:
            raise ValueError("Write a web address, such as https://help.example.com.")
        return address


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number of something."""

    lowest: int
    highest: int

    def clean(self, value: Any) -> int:
        try:
            number = value if type(value) is int else int(_text(value).strip())
        except ValueError:
            number = self.lowest - 1
        if not self.lowest <= number <= self.highest:
            raise ValueError(f"Write a whole number from {self.lowest:,} to {self.highest:,}.")
        return number


@dataclass(frozen=True, slots=True)
class Switch:
    """Yes or no."""

    def clean(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError("Choose yes or no.")
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; `offered` gives each value and what it is called."""

    offered: Callable[[], Sequence[tuple[str, str]]]
    sentence: str = "Choose one of those that are offered."

    def clean(self, value: Any) -> str:
        if value not in [each for each, _words in self.offered()]:
            raise ValueError(self.sentence.format(value=value))
        return str(value)


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its name; `offered` are those that a page shows."""

    def clean(self, value: Any) -> str:
        if value not in available_timezones():
            raise ValueError(f"There is no time zone “{value}”.")
        return str(value)

    def offered(self) -> Sequence[tuple[str, str]]:
        """Regions and cities; UTC for those who want no summer time."""
        cities = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
        return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in cities)]


@dataclass(frozen=True, slots=True)
class Color:
    """A colour that can be read in both themes, or none."""

    def clean(self, value: Any) -> str:
        typed = _text(value).strip()
        if not typed:
            return ""
        try:
            color = normal_hex(typed)
        except ValueError:
            raise ValueError("Write the colour as six digits after #, such as #3a4fd0.") from None
        if not is_readable(color):
            raise ValueError(
                f"Text in or on {color} is hard to read: its contrast is {weakest(color):.1f}, and {ENOUGH} is "
                f"needed. The nearest colour that passes is {nearest_readable(color)}."
            )
        return color


@dataclass(frozen=True, slots=True)
class Kept:
    """What the desk itself remembers: of one type, on no page."""

    type: type

    def clean(self, value: Any) -> Any:
        if type(value) is not self.type:
            raise ValueError("This cannot be kept.")
        return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("Write text.")
    return value


def _not_longer(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"Write {longest:,} characters at most; these are {len(text):,}.")
    return text
