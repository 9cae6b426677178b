"""A handful of files on fresh tickets, their bytes in the desk's own store."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from random import Random
from secrets import token_urlsafe

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from helpdesk.audit.entries import snapshot
from helpdesk.audit.models import AuditAction
from helpdesk.demo.copying import Tables
from helpdesk.demo.lives import Ticket
from helpdesk.demo.papers import Paper, paper
from helpdesk.demo.rows import COLUMNS, Rows
from helpdesk.files import types
from helpdesk.files.models import Blob
from helpdesk.files.store import Store
from helpdesk.tickets.models import Attachment

MOST = 40
SHARE = 0.3  # of the tickets that are still open
LIMIT = 2**20  # bytes; what is drawn here is far smaller


class Attaching:
    """Ties files to opening comments until there are enough."""

    def __init__(
        self, connection: Connection, tables: Tables, store: Store, *, seed: int, now: datetime
    ) -> None:
        self.connection, self.tables, self.store, self.now = connection, tables, store, now
        self.rng = Random(f"{seed} files")
        self.count = 0

    def attach(self, tickets: Sequence[Ticket], rows: Rows) -> None:
        """Files for some of these tickets, where they are open."""
        for ticket in tickets:
            history = ticket.history
            if self.count < MOST and history.is_open and self.rng.random() < SHARE:
                self._attach(ticket, paper(ticket.story.team, history.title, ticket.voices.facts), rows)
                self.count += 1

    def _attach(self, ticket: Ticket, found: Paper, rows: Rows) -> None:
        opening = ticket.history.comments[0]
        values = {
            "id": self.tables.take_ids("attachments", 1)[0],
            "comment_id": opening[0],
            "public_id": token_urlsafe(16),
            "filename": found.filename,
            "is_inline": False,
            "created_at": ticket.history.created_at,
        } | self._keep(found.content)
        rows.add("attachments", tuple(values[column] for column in COLUMNS["attachments"]))
        made = snapshot(Attachment, values, AuditAction.INSERT)
        ticket.history.log_attachment(values["id"], made)

    def _keep(self, content: bytes) -> dict[str, object]:
        """The row before the bytes, the bytes before the commit: as helpdesk.files.operations does it."""
        with self.store.received(BytesIO(content), limit=LIMIT) as draft:
            with draft.open() as stream:
                kind = types.content_type(stream)
            facts = {"size": draft.size, "content_type": kind}
            row = insert(Blob).values(
                sha256=draft.sha256, created_at=self.now, last_used_at=self.now, **facts
            )
            self.connection.execute(
                row.on_conflict_do_update(index_elements=[Blob.sha256], set_={"last_used_at": self.now})
            )
            self.store.keep(draft)
        return {"sha256": draft.sha256, **facts}
