"""Acts that change no watched row and still have to be told: a link copied, a job discarded."""

from helpdesk.audit.entries import REDACTED, AuditEntry, Changes
from helpdesk.audit.listener import collect
from helpdesk.audit.models import AuditAction
from helpdesk.core.db import db


def record(table_name: str, record_id: int, action: AuditAction, changes: Changes) -> None:
    """Tell the trail, in this transaction and under the name of who acts."""
    entry = AuditEntry(
        table_name=table_name, record_id=record_id, ticket_id=None, action=action, changes=changes
    )
    collect(db.session(), [entry])


def withhold(table_name: str, record_id: int, *columns: str) -> None:
    """Of what this transaction tells of an object, keep that these columns changed, and neither value: it is erased."""
    entry = db.session().info.get("audit", {}).get((table_name, record_id))
    for name in columns:
        if entry is not None and name in entry.changes:
            entry.changes[name] = [value and REDACTED for value in entry.changes[name]]
