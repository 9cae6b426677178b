"""What pages keep for seconds instead of asking the database again: in the process, or in Redis for several of them.

Only JSON is kept: whoever can write into that Redis can lie about counts, and run nothing. A Redis that does not answer
is left alone for a while, and everything is asked for afresh.
"""

import json
import time
from typing import Any

import structlog
from flask import Flask, current_app
from flask_caching import Cache
from flask_caching.backends.rediscache import RedisCache
from flask_caching.backends.simplecache import SimpleCache
from redis.exceptions import RedisError

from helpdesk.core.configuration import configuration

PAUSE = 30.0
"""Seconds in which a Redis that failed is not asked again."""
PATIENCE = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}
MOST_KEPT = 5_000

log = structlog.get_logger()
cache = Cache()


class Json:
    """How values are written down."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, written: bytes | None) -> Any:
        return None if written is None else json.loads(written)


class Memory(SimpleCache):
    """Of this process alone."""

    serializer = Json()  # type: ignore[assignment]  # what cachelib calls of it are these two


class Shared(RedisCache):
    """Of all processes that name the same Redis."""

    serializer = Json()  # type: ignore[assignment]  # as above


class _Rest:
    """Until when a Redis that failed is left alone."""

    until = 0.0


def kept(key: str) -> Any:
    """What was kept under the key; None where nothing was, or it cannot be had now."""
    return _asked(lambda: cache.get(key))


def keep(key: str, value: Any, *, seconds: int) -> None:
    """Keep a value of JSON for so long."""
    _asked(lambda: cache.set(key, value, timeout=seconds))


def _asked(deed: Any) -> Any:
    rest: _Rest = current_app.extensions["cache_rest"]
    if time.monotonic() < rest.until:
        return None
    try:
        return deed()
    except (RedisError, OSError, ValueError) as error:
        rest.until = time.monotonic() + PAUSE
        log.warning("the cache does not answer", problem=type(error).__name__)
        return None


def init_app(app: Flask) -> None:
    """Redis where one is named, else the memory of the process."""
    with app.app_context():
        url = configuration().redis_url
    name = f"{__name__}.{Shared.__name__ if url else Memory.__name__}"
    options = {"CACHE_TYPE": name, "CACHE_KEY_PREFIX": "helpdesk:", "CACHE_THRESHOLD": MOST_KEPT}
    if url:
        options |= {"CACHE_REDIS_URL": url, "CACHE_OPTIONS": PATIENCE}
    app.extensions["cache_rest"] = _Rest()
    cache.init_app(app, config=options)
