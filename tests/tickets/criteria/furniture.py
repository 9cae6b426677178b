"""The desk of some facts in PostgreSQL: rows as they are, past the operations, which would tell their own times."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Organization, Team, User
from helpdesk.files.models import Blob
from helpdesk.tickets.models import (
    Attachment,
    Comment,
    Tag,
    Ticket,
    TicketStatus,
    ticket_reads,
    ticket_tags,
    ticket_watchers,
)
from tests.tickets.criteria.facts import NAMES, NOW, TEAMS, Fact

Rows = Iterator[dict[str, Any]]
SHA256 = "0" * 64


class Furniture:
    """Teams, organizations and tags of the random desks, made once; and the tickets of each."""

    def __init__(self, work: Session, people: Mapping[str, User]) -> None:
        self.work = work
        self.people = {name: person.id for name, person in people.items()}
        teams = [Team(name=name, members=[people["ana"]] if name == TEAMS[0] else []) for name in TEAMS]
        organizations = [Organization(name=name) for name in NAMES]
        tags = [Tag(name=name) for name in NAMES]
        blob = Blob(sha256=SHA256, size=1, content_type="application/octet-stream")
        work.add_all([*teams, *organizations, *tags, blob])
        work.flush()
        # the team of the cast is not one of theirs: "mine" shall be one team
        people["ana"].team_ids = [teams[0].id]
        self.teams = {each.name: each.id for each in teams}
        self.organizations = {each.name: each.id for each in organizations}
        self.tags = {each.name: each.id for each in tags}

    def furnish(self, facts: Sequence[Fact]) -> None:
        """Tickets with all that belongs to them; each fact learns its number."""
        made = self._made(Ticket, (self._ticket(fact) for fact in facts))
        ids = [row["id"] for row in made]
        for fact, row in zip(facts, made, strict=True):
            fact.number = row["ticket_number"]
        both = list(zip(ids, facts, strict=True))
        comments = self._made(Comment, (row for each in both for row in self._comments(*each)))
        files = {id_: fact.file_of for id_, fact in both}
        self._made(Attachment, (self._file(row) for row in comments if files[row["ticket_id"]] == _kind(row)))
        self._put(
            ticket_tags,
            ({"ticket_id": id_, "tag_id": self.tags[name]} for id_, fact in both for name in fact.tags),
        )
        watching = ((id_, self.people[name]) for id_, fact in both for name in fact.watchers)
        self._put(ticket_watchers, ({"ticket_id": id_, "user_id": person} for id_, person in watching))
        ana = self.people["ana"]
        read = ((id_, fact.seen_at) for id_, fact in both if fact.seen_at)
        self._put(ticket_reads, ({"user_id": ana, "ticket_id": id_, "seen_at": at} for id_, at in read))

    def _made(self, kind: Any, rows: Rows) -> list[dict[str, Any]]:
        table: Any = kind.__table__
        given = list(rows)
        if not given:
            return []
        made = self.work.connection().execute(
            insert(table).returning(table, sort_by_parameter_order=True), given
        )
        return [dict(row) for row in made.mappings()]

    def _put(self, table: Table, rows: Rows) -> None:
        if given := list(rows):
            self.work.connection().execute(insert(table), given)

    def _ticket(self, fact: Fact) -> dict[str, Any]:
        requester = self.people[fact.requester]
        return {
            "title": fact.title or "-", "version": 1, "via": fact.via, "requester_id": requester,
            "creator_id": requester, "status": fact.status, "priority": fact.priority,
            "assignee_id": self.people[fact.assignee] if fact.assignee else None,
            "team_id": self.teams[fact.team] if fact.team else None,
            "organization_id": self.organizations[fact.organization] if fact.organization else None,
            "created_at": fact.created_at, "updated_at": fact.updated_at, "last_activity_at": fact.active_at,
            "first_responded_at": fact.responded_at,
            "resolved_at": None if fact.is_open else fact.resolved_at,
            "closed_at": NOW if fact.status is TicketStatus.CLOSED else None,
            "due_at": fact.due_at, "merged_into_id": self.merged_into if fact.is_merged else None,
            "delivery_failed_at": NOW if fact.is_undelivered else None,
        }  # fmt: skip

    merged_into: int | None = None
    """The ticket that merged ones went into."""

    def _comments(self, ticket_id: int, fact: Fact) -> Rows:
        asker, agent = self.people[fact.requester], self.people["ben"]
        said = (
            ("public", fact.public, asker),
            ("internal", fact.internal, agent),
            ("held", fact.held, agent),
        )
        for kind, text, author in said:
            if text is not None:
                yield {
                    "ticket_id": ticket_id, "author_id": author, "content": text or "-", "content_html": "",
                    "is_opening": kind == "public", "is_internal": kind == "internal", "via": "web",
                    "published_at": None if kind == "held" else NOW, "created_at": NOW, "updated_at": NOW,
                }  # fmt: skip

    def _file(self, comment: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "comment_id": comment["id"], "sha256": SHA256, "filename": "x.bin", "size": 1,
            "content_type": "application/octet-stream", "created_at": NOW, "public_id": f"file-{comment['id']}",
        }  # fmt: skip


def _kind(comment: Mapping[str, Any]) -> str:
    """Which message of its fact a comment is."""
    if comment["is_opening"]:
        return "public"
    return "internal" if comment["is_internal"] else "held"
