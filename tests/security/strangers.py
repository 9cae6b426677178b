"""What tests of people who are not signed in share: pages without what differs by chance, tokens, many at once."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.db import db
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.tokens import mint
from tests.support.browser import Browser, Seen

_BY_CHANCE = re.compile(r'nonce="[^"]+"|name="csrf-token" content="[^"]+"|value="[^"]{40,}"|[0-9a-f]{32}')


def unlike(page: Seen, *typed: str) -> tuple[int, str]:
    """Status and page without what differs between any two answers, and without what was typed."""
    text = _BY_CHANCE.sub("", page.html)
    for each in typed:
        text = text.replace(each, "…")
    return page.status, text


def token_for(person: User, purpose: TokenPurpose) -> str:
    """A token as a mail would carry it: for the person's primary address."""
    address = db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()
    return mint(purpose, person=person, address=address)


def at_once(app: Flask, times: int, ask: Callable[[Browser, int], Any], *, threads: int = 8) -> Sequence[Any]:
    """So many questions, each by a browser of its own, `threads` at a time."""

    def one(number: int) -> Any:
        return ask(Browser(app, app.test_client()), number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(times)))
