"""The addresses of what belongs to a ticket: only its number differs, so that the rest of each is put together once."""

from collections.abc import Callable
from functools import cache
from urllib.parse import quote

from flask import request, url_for

_ANY = "any-number"


def addresses_below(number: str) -> Callable[[str], str]:
    """By endpoint, what `url_for` says for this ticket: on its own pages with the list it was opened from."""
    quoted = quote(number)
    query = url_for("agents.tickets.show", number=number).partition("?")[2]
    end = f"?{query}" if query else ""

    def address(endpoint: str) -> str:
        before, after = _around_the_number(endpoint, request.script_root)
        return f"{before}{quoted}{after}{end}"

    return address


@cache
def _around_the_number(endpoint: str, _script_root: str) -> tuple[str, str]:
    before, _found, after = url_for(endpoint, number=_ANY).partition(_ANY)
    return before, after
