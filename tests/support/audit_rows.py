"""Rows of the audit trail as tests write them themselves."""

from typing import Any

from helpdesk.audit.models import AuditAction
from helpdesk.core import clock
from helpdesk.core.current import Via


def audit_row(**values: Any) -> dict[str, Any]:
    """A changed title, now."""
    return {
        "created_at": clock.now(),
        "table_name": "tickets",
        "record_id": 1,
        "action": AuditAction.UPDATE,
        "via": Via.CLI,
        "request_id": "r",
        "changes": {"title": ["a", "b"]},
        **values,
    }
