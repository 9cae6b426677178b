"""The outbox as tests ask about it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.core.db import db
from helpdesk.mail.models import OutboxRecipient
from helpdesk.mail.queries import one_recipient, outbox_rows


@pytest.fixture
def outbox(work: Session) -> Callable[[], list[tuple[Any, ...]]]:
    """`outbox()` says why and to whom, oldest first."""

    def look() -> list[tuple[Any, ...]]:
        rows = db.session.execute(outbox_rows().order_by(OutboxRecipient.id))
        return [(row.purpose.value, row.email) for row in rows]

    return look


@pytest.fixture
def last_recipient(work: Session) -> Callable[[], OutboxRecipient]:
    """`last_recipient()` is the newest one, with all that rendering reads."""

    def find() -> OutboxRecipient:
        newest = select(OutboxRecipient.id).order_by(OutboxRecipient.id.desc()).limit(1)
        found = one_recipient(db.session.scalars(newest).one())
        return db.session.scalars(found.execution_options(populate_existing=True)).one()

    return find
