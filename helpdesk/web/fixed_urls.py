"""Addresses to which no request adds anything: put together once."""

from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for


def fixed_url(endpoint: str, **values: str) -> str:
    """What `url_for` says, on every page the same. Not for what belongs to a ticket: there a page may add its list."""
    return _fixed(endpoint, request.script_root, *values.items())


@lru_cache(maxsize=1_000)
def _fixed(endpoint: str, _script_root: str, *values: tuple[str, str]) -> str:
    given: dict[str, Any] = dict(values)
    return url_for(endpoint, **given)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(fixed_url=fixed_url)
