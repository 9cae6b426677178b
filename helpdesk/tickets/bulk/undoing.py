"""Taking a bulk edit back: what the trail says each ticket was before, where nobody has changed it since."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select

from helpdesk.accounts.models import Team, User
from helpdesk.audit.bulk import Values, bulk_relate
from helpdesk.audit.entries import Changes, plain, restored
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core.db import among, db
from helpdesk.core.errors import Conflict
from helpdesk.tickets.models import BulkEdit, Tag, Ticket, ticket_tags
from helpdesk.tickets.operations.bulk import BulkResult, carry_out
from helpdesk.tickets.policy import visible_to, would_see

TAGS = "tags"
CHANGED_SINCE: Mapping[str, str] = {
    "status": "Its status has changed since.",
    "priority": "Its priority has changed since.",
    "assignee_id": "It was given to somebody else since.",
    "team_id": "It was moved to another team since.",
    "deleted_at": "It was deleted or brought back since.",
    TAGS: "Its tags have changed since.",
}
CHANGED = "It has changed since."
TAG_GONE = "The tag it had is gone."
TEAM_GONE = "The team it was with is gone."
AGENT_GONE = "Whoever had it cannot be given tickets any more."
NOT_CHANGED = "The trail does not say what it was before."


@dataclass(slots=True)
class _Past:
    """What the edit did to a ticket, and the fields that somebody changed after it."""

    changes: Changes = field(default_factory=dict)
    later: list[Changes] = field(default_factory=list)

    def before(self, name: str) -> int | None:
        """The person or the team from whom the edit took it, if it did."""
        old: int | None = self.changes[name][0] if name in self.changes else None
        return old


def changed_by(edit: BulkEdit) -> list[int]:
    """The tickets that an edit changed, as the trail has them."""
    return list(
        db.session.scalars(
            select(AuditLog.record_id).where(*_of(edit)).order_by(AuditLog.record_id).distinct()
        )
    )


def take_back(original: BulkEdit, ids: Sequence[int], *, by: User) -> tuple[BulkResult, dict[str, int]]:
    """Set every field of these tickets that the edit changed to what it was, in those where none changed since.

    All or nothing for each ticket; what else changed in it stays. Tells of moves as the single operations do, and
    nobody by a letter. Returns the result, and the tickets that `by` sees, or would see again, by number.
    """
    rows = _locked(ids, by)
    pasts = _pasts(original, ids)
    tags = _tags_told(pasts.values())
    present = _tags_of(ids) if tags else {}
    gone = _gone(pasts.values())
    seen = {row.ticket_number: row.id for row in rows if row.is_seen or _would_see(by, row, pasts[row.id])}
    refused: dict[str, str] = {}
    for number, ticket_id in seen.items():
        past = pasts[ticket_id]
        if reason := _why_not(past, present.get(ticket_id, frozenset()), tags) or _nowhere(past, gone):
            refused[number] = reason
    back = {
        ticket_id: pasts[ticket_id].changes for number, ticket_id in seen.items() if number not in refused
    }
    result = carry_out(
        among(Ticket.id, back), lambda row: _columns_before(row, back[row["id"]]), by=by, is_quiet=True
    )
    for number in result.refused:
        del back[seen[number]]
    refused |= result.refused
    changed = {*result.changed, *_relate(back, tags)}
    return BulkResult(sorted(changed), refused), seen


def _of(edit: BulkEdit) -> tuple[ColumnElement[bool], ...]:
    """The rows of the trail that an edit left. From its beginning on, so that a month is read and not all."""
    return (
        AuditLog.request_id == edit.request_id,
        AuditLog.user_id == edit.user_id,
        AuditLog.table_name == Ticket.__tablename__,
        AuditLog.action == AuditAction.UPDATE,
        AuditLog.created_at >= edit.created_at,
    )


def _locked(ids: Sequence[int], by: User) -> Sequence[Any]:
    """Whatever is changed after this comes after us."""
    columns = (Ticket.id, Ticket.ticket_number, Ticket.assignee_id, Ticket.team_id)
    rows = select(*columns, visible_to(by).label("is_seen")).where(among(Ticket.id, ids))
    return db.session.execute(rows.order_by(Ticket.id).with_for_update(of=Ticket)).all()


def _would_see(by: User, row: Any, past: _Past) -> bool:
    """A ticket that one has given away by mistake may be one that only its assignee sees."""
    before = {name: pair[0] for name, pair in past.changes.items()}
    return would_see(
        by,
        assignee_id=before.get("assignee_id", row.assignee_id),
        team_id=before.get("team_id", row.team_id),
    )


def _pasts(original: BulkEdit, ids: Sequence[int]) -> Mapping[int, _Past]:
    """One statement: what was written about these tickets since the edit began, its own rows among it."""
    is_own = (AuditLog.request_id == original.request_id).label("is_own")
    rows = (
        select(AuditLog.record_id, AuditLog.changes, is_own)
        .where(
            AuditLog.table_name == Ticket.__tablename__,
            among(AuditLog.record_id, ids),
            AuditLog.created_at >= original.created_at,
        )
        .order_by(AuditLog.id)
    )
    pasts: dict[int, _Past] = defaultdict(_Past)
    for ticket_id, changes, is_of_edit in db.session.execute(rows):
        past = pasts[ticket_id]
        if is_of_edit:
            past.changes = changes
        elif past.changes:
            past.later.append(changes)
    return pasts


def _tags_of(ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = select(ticket_tags.c.ticket_id, Tag.name).join(Tag, Tag.id == ticket_tags.c.tag_id)
    for ticket_id, name in db.session.execute(rows.where(among(ticket_tags.c.ticket_id, ids))):
        found[ticket_id].add(name)
    return {ticket_id: frozenset(names) for ticket_id, names in found.items()}


def _why_not(past: _Past, present: frozenset[str], tags: Mapping[str, Tag]) -> str | None:
    """The sentence that says why a ticket stays as it is."""
    if not past.changes:
        return NOT_CHANGED
    for name in past.changes.keys() - {TAGS}:
        if any(name in later for later in past.later):
            return CHANGED_SINCE.get(_meant(past), CHANGED)
    come, gone = _moved_tags(past.changes)
    if come - present or gone & present:
        return CHANGED_SINCE[TAGS]
    return TAG_GONE if gone - tags.keys() else None


def _gone(pasts: Iterable[_Past]) -> Mapping[str, set[int]]:
    """The people and the teams of before who can have no tickets now. Teams that are there stay until we are done."""
    pasts = list(pasts)
    people = {old for past in pasts if (old := past.before("assignee_id")) is not None}
    teams = {old for past in pasts if (old := past.before("team_id")) is not None}
    if people:
        agents = select(User.id).where(User.id.in_(people), User.is_staff, User.is_active)
        people -= {*db.session.scalars(agents)}
    if teams:
        there = select(Team.id).where(Team.id.in_(teams)).order_by(Team.id)
        teams -= {*db.session.scalars(there.with_for_update(read=True, key_share=True))}
    return {"assignee_id": people, "team_id": teams}


def _nowhere(past: _Past, gone: Mapping[str, set[int]]) -> str | None:
    """The sentence for a ticket that would go back to somebody who is gone."""
    if past.before("team_id") in gone["team_id"]:
        return TEAM_GONE
    return AGENT_GONE if past.before("assignee_id") in gone["assignee_id"] else None


def _meant(past: _Past) -> str:
    """Of the fields that changed since, the one a reader knows."""
    since = {name for later in past.later for name in later} & past.changes.keys()
    return next((name for name in CHANGED_SINCE if name in since), "")


def _columns_before(row: Values, changes: Changes) -> dict[str, Any]:
    """The values before; Conflict for a ticket that is not as the edit left it, whatever the trail says."""
    columns = {name: pair for name, pair in changes.items() if name != TAGS}
    for name, (_old, new) in columns.items():
        if plain(row[name]) != new:
            raise Conflict(CHANGED_SINCE.get(name, CHANGED))
    return {name: restored(Ticket, name, old) for name, (old, _new) in columns.items()}


def _moved_tags(changes: Changes) -> tuple[frozenset[str], frozenset[str]]:
    """The names that came, and those that went."""
    old, new = (frozenset(names) for names in changes.get(TAGS, ((), ())))
    return new - old, old - new


def _relate(back: Mapping[int, Changes], tags: Mapping[str, Tag]) -> Iterable[int]:
    """Take off what came, put on what went: tickets of which the same is true go together."""
    groups: dict[tuple[frozenset[str], frozenset[str]], list[int]] = defaultdict(list)
    for ticket_id, changes in back.items():
        if TAGS in changes:
            groups[_moved_tags(changes)].append(ticket_id)
    for (come, gone), ids in groups.items():
        add, remove = ([tags[name] for name in names] for names in (gone, come))
        yield from bulk_relate(Ticket.tags, among(Ticket.id, ids), add=add, remove=remove)


def _tags_told(pasts: Iterable[_Past]) -> Mapping[str, Tag]:
    """Those that came or went, by name, as far as there still are such."""
    names = {name for past in pasts for moved in _moved_tags(past.changes) for name in moved}
    if not names:
        return {}
    return {tag.name: tag for tag in db.session.scalars(select(Tag).where(Tag.name.in_(names)))}
