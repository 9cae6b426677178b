"""Counts shared through Debian's Redis: as JSON, for seconds; pages do without it."""

import json
import time

import pytest
from flask import Flask
from redis import Redis

from helpdesk.core.configuration import configuration
from helpdesk.web import caches
from tests.support import debians_redis

pytestmark = pytest.mark.server


class Settings:
    """As much of a configuration as caches read."""

    def __init__(self, url: str) -> None:
        self.redis_url = url


def node(url: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A process of the desk, as far as it keeps things."""
    app = Flask("node")
    monkeypatch.setattr(caches, "configuration", lambda: Settings(url))
    caches.init_app(app)
    return app


def test_what_one_process_keeps_another_finds_until_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with debians_redis.running() as (url, _process):
        one, other = node(url, monkeypatch), node(url, monkeypatch)
        value = {"counts": {"open": 12, "überfällig": 0}, "changed_at": None}
        with one.app_context():
            caches.keep("queues:1", value, seconds=1)
        with other.app_context():
            assert caches.kept("queues:1") == value
            assert caches.kept("queues:2") is None
        time.sleep(1.2)
        with other.app_context():
            assert caches.kept("queues:1") is None


def test_only_json_is_written_and_nothing_else_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    with debians_redis.running() as (url, _process):
        app, redis = node(url, monkeypatch), Redis.from_url(url)
        with app.app_context():
            caches.keep("k", {"a": [1]}, seconds=60)
            assert redis.keys("helpdesk:*") == [b"helpdesk:k"]
            assert json.loads(redis.get("helpdesk:k") or b"") == {"a": [1]}
            redis.set("helpdesk:k", b"!\x80\x04cos\nsystem\n(S'false'\ntR.")
            assert caches.kept("k") is None


def test_without_its_redis_a_desk_asks_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    with debians_redis.running() as (url, process):
        app = node(url, monkeypatch)
        with app.app_context():
            caches.keep("k", 1, seconds=60)
            process.kill()
            process.wait(10)
            begun = time.monotonic()
            assert [caches.kept("k") for _ in range(100)] == [None] * 100
            caches.keep("k", 2, seconds=60)
            assert time.monotonic() - begun < 2


def test_a_desk_reads_the_address_from_its_configuration(app: Flask) -> None:
    with app.app_context():
        assert configuration().redis_url is None
        assert isinstance(caches.cache.cache, caches.Memory)
