"""The connection a worker lives by."""

import asyncio

import psycopg
from flask import Flask

from helpdesk.background.lifeline import until_lost
from helpdesk.core.configuration import configuration


def test_a_lifeline_is_lost_when_its_connection_ends_and_not_when_the_server_says_something(
    own_app: Flask,
) -> None:
    with own_app.app_context():
        url = str(configuration().database_url)

    async def live() -> tuple[bool, bool]:
        line = await psycopg.AsyncConnection.connect(url, autocommit=True)
        other = await psycopg.AsyncConnection.connect(url, autocommit=True)
        async with line, other:
            await line.execute("listen news")
            waiting = asyncio.create_task(until_lost(line))
            await other.execute("notify news")
            await asyncio.sleep(0.3)
            lost_by_news = waiting.done()
            await other.execute("select pg_terminate_backend(%s)", [line.info.backend_pid])
            await asyncio.wait_for(waiting, 30)
            return lost_by_news, waiting.done()

    assert asyncio.run(live()) == (False, True)
