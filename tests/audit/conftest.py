"""What the tests of the audit trail ask it: what was written since the last time."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditLog

News = Callable[[], list[AuditLog]]


def news_of(session: Session) -> News:
    """`news()` commits what was done and returns the rows that came since the last time, oldest first."""
    seen = session.scalar(select(AuditLog.id).order_by(AuditLog.id.desc()).limit(1)) or 0

    def news() -> list[AuditLog]:
        nonlocal seen
        session.commit()
        found = list(session.scalars(select(AuditLog).where(AuditLog.id > seen).order_by(AuditLog.id)))
        seen = max([seen, *(row.id for row in found)])
        return found

    news()
    return news


@pytest.fixture
def news(work: Session) -> News:
    """What the trail tells of this test from here on; ask it before the deed."""
    return news_of(work)
