"""The rows of a demo desk as COPY takes them: which columns, in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = tuple[Any, ...]

COLUMNS: dict[str, tuple[str, ...]] = {
    "organizations": ("id", "name", "domains", "sharing", "notes", "created_at", "updated_at"),
    "users": (
        "id",
        "full_name",
        "password_hash",
        "is_active",
        "is_staff",
        "is_system",
        "role_id",
        "time_zone",
        "organization_id",
        "organization_role",
        "last_login",
        "notes",
        "signature",
        "created_at",
        "updated_at",
    ),
    "email_addresses": (
        "id",
        "user_id",
        "email",
        "email_key",
        "verified_at",
        "is_primary",
        "created_at",
        "updated_at",
    ),
    "teams": ("id", "name", "created_at", "updated_at"),
    "team_members": ("team_id", "user_id", "created_at"),
    "tags": ("id", "name", "color", "created_at", "updated_at"),
    "tickets": (
        "id",
        "version",
        "ticket_number",
        "title",
        "priority",
        "requester_id",
        "creator_id",
        "organization_id",
        "via",
        "last_activity_at",
        "last_public_at",
        "unanswered_since",
        "deleted_at",
        "due_at",
        "status",
        "first_responded_at",
        "first_resolved_at",
        "resolved_at",
        "closed_at",
        "reopen_count",
        "updated_at",
        "created_at",
        "assignee_id",
        "team_id",
    ),
    "comments": (
        "id",
        "ticket_id",
        "author_id",
        "content",
        "content_html",
        "is_internal",
        "is_opening",
        "via",
        "published_at",
        "created_at",
        "updated_at",
    ),
    "ticket_tags": ("ticket_id", "tag_id", "created_at"),
    "ticket_watchers": ("ticket_id", "user_id", "created_at"),
    "ticket_participants": ("ticket_id", "user_id", "created_at"),
    "attachments": (
        "id",
        "comment_id",
        "sha256",
        "public_id",
        "filename",
        "content_type",
        "size",
        "is_inline",
        "created_at",
    ),
    "audit_logs": (
        "created_at",
        "table_name",
        "record_id",
        "ticket_id",
        "action",
        "user_id",
        "via",
        "ip",
        "request_id",
        "changes",
    ),
}
"""In the order in which they may be written: what is referred to comes first."""


@dataclass(slots=True)
class Rows:
    """Rows on their way into the tables."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def add(self, table: str, row: Row) -> None:
        self.tables[table].append(row)

    def extend(self, table: str, rows: Iterable[Row]) -> None:
        self.tables[table].extend(rows)

    def of(self, table: str) -> Sequence[Row]:
        return self.tables[table]
