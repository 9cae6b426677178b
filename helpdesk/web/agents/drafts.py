"""What somebody was writing while they did something else on the page: it goes along and comes back."""

from dataclasses import dataclass
from typing import Literal

from flask import request

Mode = Literal["reply", "note"]


@dataclass(frozen=True, slots=True)
class Draft:
    """The composer as it was left. `error` says what was wrong with it."""

    content: str = ""
    mode: Mode = "reply"
    error: str = ""


NOTHING = Draft()


def draft_in_request(*, error: str = "") -> Draft:
    """What the form that was sent carries of the composer."""
    mode: Mode = "note" if request.form.get("mode") == "note" else "reply"
    return Draft(request.form.get("content", ""), mode, error)
