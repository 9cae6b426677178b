"""What audit rows say in words: who did what, from which value to which."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.audit.entries import REDACTED
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.web import audit_factors
from helpdesk.web.audit_names import Names, names_in
from helpdesk.web.audit_values import field_name, place, said
from helpdesk.web.filters import label
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext
from helpdesk.web.setting_words import setting_name, setting_value

# They follow from a change of status, text or role, and say nothing that it has not said.
CONSEQUENCES = frozenset(
    {"resolved_at", "first_resolved_at", "closed_at", "reopen_count", "first_responded_at"}
    | {"content_html", "is_staff", "created_at"}
)


@dataclass(frozen=True, slots=True)
class Told:
    """One audit row, told: `who` did which `deeds`, to what it is `about`; `names` are those of all it speaks of."""

    who: str
    deeds: Sequence[str]
    about: str
    row: AuditLog
    names: Names

    @property
    def did(self) -> str:
        """All deeds in one line."""
        return "; ".join(self.deeds)

    @property
    def moment(self) -> datetime:
        return self.row.created_at

    @property
    def sentence(self) -> str:
        return _("%(who)s %(did)s", who=self.who, did=self.did)


def tell(rows: Sequence[AuditLog]) -> list[Told]:
    """These rows in words, in the order given. Costs one statement for all names together."""
    names = names_in(rows)
    return [Told(names.actor(row), _deeds(row, names), _object(row, names), row, names) for row in rows]


@dataclass(frozen=True, slots=True)
class _Change:
    """One field of a row: its values as they are kept, and how to say them."""

    field: str
    old: Any
    new: Any
    row: AuditLog
    names: Names

    @property
    def was(self) -> str:
        return said(self.field, self.old, self.names)

    @property
    def now(self) -> str:
        return said(self.field, self.new, self.names)

    def listed(self, first: Any, second: Any) -> str:
        """What is in the first list and not in the second."""
        gone = [each for each in first or [] if each not in (second or [])]
        return said(self.field, gone, self.names) if gone else ""


def _deeds(row: AuditLog, names: Names) -> list[str]:
    return _updates(row, names) if row.action is AuditAction.UPDATE else [_did(row, names)]


def _object(row: AuditLog, names: Names) -> str:
    """What it was done to; a setting by what its page calls it."""
    about = names.about(row)
    return setting_name(about) if row.table_name == "settings" else about


def _did(row: AuditLog, names: Names) -> str:
    say = _OBJECTS.get((row.table_name, row.action))
    if say is not None:
        return say(row, names)
    about = names.about(row)
    words = {
        AuditAction.INSERT: _("created %(what)s", what=about),
        AuditAction.DELETE: _("deleted %(what)s", what=about),
        AuditAction.PURGE: _("removed %(what)s for good, with everything it had", what=about),
        AuditAction.READ: _("read %(what)s", what=about),
    }
    return words[row.action].strip()


def _updates(row: AuditLog, names: Names) -> list[str]:
    in_order = sorted(row.changes.items(), key=lambda change: place(change[0]))
    changes = [_Change(field, old, new, row, names) for field, (old, new) in in_order]
    loud = [change for change in changes if change.field not in CONSEQUENCES] or changes
    return [_FIELD_SENTENCES.get((row.table_name, change.field), _changed)(change) for change in loud]


def _changed(change: _Change) -> str:
    field = field_name(change.field)
    if change.new == REDACTED:
        return _("changed the %(field)s", field=field)
    if change.old is None:
        return _("set %(field)s to %(new)s", field=field, new=change.now)
    return _("set %(field)s from %(old)s to %(new)s", field=field, old=change.was, new=change.now)


def _renamed(change: _Change) -> str:
    return _("renamed it from %(old)s to %(new)s", old=change.was, new=change.now)


def _assigned(change: _Change) -> str:
    if change.new is None:
        return _("took it away from %(old)s: nobody has it", old=change.was)
    if change.new == change.row.user_id:
        return _("took it") if change.old is None else _("took it over from %(old)s", old=change.was)
    if change.old is None:
        return _("assigned it to %(new)s", new=change.now)
    return _("moved it from %(old)s to %(new)s", old=change.was, new=change.now)


def _moved_to_team(change: _Change) -> str:
    if change.new is None:
        return _("took it out of team %(old)s", old=change.was)
    if change.old is None:
        return _("gave it to team %(new)s", new=change.now)
    return _("moved it from team %(old)s to team %(new)s", old=change.was, new=change.now)


def _due(change: _Change) -> str:
    if change.new is None:
        return _("took the deadline of %(old)s away", old=change.was)
    if change.old is None:
        return _("set the deadline to %(new)s", new=change.now)
    return _("moved the deadline from %(old)s to %(new)s", old=change.was, new=change.now)


def _tagged(change: _Change) -> str:
    return _both(
        change,
        lambda names: _("added %(names)s to its tags", names=names),
        lambda names: _("removed %(names)s from its tags", names=names),
    )


def _watched(change: _Change) -> str:
    if change.new and [each for each in change.new if each not in (change.old or [])] == [change.row.user_id]:
        return _("started to watch it")
    if change.old and [each for each in change.old if each not in (change.new or [])] == [change.row.user_id]:
        return _("stopped watching it")
    return _members(change)


def _members(change: _Change) -> str:
    return _both(
        change,
        lambda names: _("added %(names)s", names=names),
        lambda names: _("removed %(names)s", names=names),
    )


def _both(change: _Change, added: Callable[[str], str], removed: Callable[[str], str]) -> str:
    come, gone = change.listed(change.new, change.old), change.listed(change.old, change.new)
    return "; ".join(part for part in (added(come) if come else "", removed(gone) if gone else "") if part)


def _binned(change: _Change) -> str:
    return _("moved it to the bin") if change.old is None else _("took it out of the bin")


def _switched(change: _Change) -> str:
    return _("reactivated the account") if change.new else _("deactivated the account")


def _given_a_role(change: _Change) -> str:
    if change.new is None:
        return _("made them a customer, no longer %(old)s", old=change.was)
    if change.old is None:
        return _("gave them the role %(new)s", new=change.now)
    return _("changed their role from %(old)s to %(new)s", old=change.was, new=change.now)


def _merged_away(change: _Change) -> str:
    return _("merged this account into %(name)s", name=change.names.of("users", change.new))


def _merged_in(change: _Change) -> str:
    return _("merged the account of %(name)s into this one", name=change.now)


def _confirmed(change: _Change) -> str:
    return _("confirmed the address") if change.new else _("took back that the address is confirmed")


def _dealt_with(change: _Change) -> str:
    number = change.row.record_id
    if change.new == "todo":
        return _("let job %(number)s run again", number=number)
    return _("discarded job %(number)s", number=number)


def _sent_again(change: _Change) -> str:
    return _("sent a mail again that had failed") if change.new == "waiting" else _changed(change)


def _set(row: AuditLog, _names: Names) -> str:
    name, value = (row.changes.get(field, [None, None])[1] for field in ("name", "value"))
    return _("set %(field)s to %(new)s", field=setting_name(str(name)), new=setting_value(str(name), value))


def _reset(change: _Change) -> str:
    name = change.names.about(change.row)
    was, now = (setting_value(name, value) for value in (change.old, change.new))
    return _("set %(field)s from %(old)s to %(new)s", field=setting_name(name), old=was, new=now)


def _let_go(row: AuditLog, _names: Names) -> str:
    name, value = (row.changes.get(field, [None, None])[0] for field in ("name", "value"))
    was = setting_value(str(name), value)
    return _("set %(field)s from %(old)s back to its default", field=setting_name(str(name)), old=was)


def _took_in(change: _Change) -> str:
    return _("merged the tag %(name)s into it", name=change.now)


def _copied_a_link(row: AuditLog, names: Names) -> str:
    person = row.changes.get("link_for", [None, None])[1]
    return _("copied a one-time link for %(name)s", name=names.of("users", person))


def _commented(row: AuditLog, _names: Names) -> str:
    new = {field: values[1] for field, values in row.changes.items()}
    if new.get("is_opening"):
        return _("wrote the opening message")
    if new.get("is_internal"):
        return _("added an internal note")
    return _("replied") if new.get("published_at") else _("wrote a message that waits")


def _published(change: _Change) -> str:
    """An answer that waited takes its place when it is sent; what a stranger wrote keeps the one it had."""
    return _("replied") if "created_at" in change.row.changes else _("let a message in")


def _took_back(row: AuditLog, names: Names) -> str:
    """Nothing else deletes one message: a purge takes the whole ticket."""
    return _("took an answer back before it was sent")


def _confirmed_a_purge(row: AuditLog, _names: Names) -> str:
    count = int(row.changes.get("ticket_count", [None, 0])[1] or 0)
    return ngettext(
        "confirmed that %(num)d ticket of the bin goes for good",
        "confirmed that %(num)d tickets of the bin go for good",
        count,
    )


def _edited_many(row: AuditLog, _names: Names) -> str:
    count = int(row.changes.get("ticket_count", [None, 0])[1] or 0)
    if row.changes.get("deed", [None, ""])[1] == "undo":
        return ngettext(
            "began to undo a bulk edit of %(num)d ticket",
            "began to undo a bulk edit of %(num)d tickets",
            count,
        )
    return ngettext("began a bulk edit of %(num)d ticket", "began a bulk edit of %(num)d tickets", count)


def _exported(row: AuditLog, _names: Names) -> str:
    count = int(row.changes.get("row_count", [None, 0])[1] or 0)
    return ngettext(
        "exported %(num)d change of the audit trail", "exported %(num)d changes of the audit trail", count
    )


def _exported_readings(row: AuditLog, _names: Names) -> str:
    count = int(row.changes.get("row_count", [None, 0])[1] or 0)
    return ngettext("exported %(num)d record of reading", "exported %(num)d records of reading", count)


def _opened_or_shut(change: _Change) -> str:
    if change.new is None:
        return _("shut its HTTP door")
    return _("opened its HTTP door") if change.old is None else _("changed the secret of its HTTP door")


def _switched_on(change: _Change) -> str:
    return _("switched it on") if change.old is None else _changed(change)


def _paused(change: _Change) -> str:
    return _("switched it on again") if change.new else _("paused it")


def _blocked(row: AuditLog, names: Names) -> str:
    return _("blocked %(sender)s", sender=names.about(row))


def _unblocked(row: AuditLog, names: Names) -> str:
    return _("no longer blocks %(sender)s", sender=names.about(row))


def _decided_about_a_mail(change: _Change) -> str:
    if change.new == "suspended":
        return _("marked a mail as spam")
    if change.new == "quarantined":
        return _("held a mail back: it claims what it cannot prove")
    if change.new == "ignored":
        return _("decided to ignore a mail that was held back")
    if change.old == "suspended" or change.new == "new_ticket":
        return _("recovered a mail that was suspended")
    if change.old == "quarantined":
        return _("let in a mail that was held back")
    return _("had a mail that came in looked at again")


def _worded(row: AuditLog, _names: Names) -> str:
    return _("wrote own words for the letter %(letter)s", letter=_letter(row))


def _reworded(change: _Change) -> str:
    return _("changed the words of the letter")


def _unworded(row: AuditLog, _names: Names) -> str:
    return _("went back to the desk's words for the letter %(letter)s", letter=_letter(row))


def _letter(row: AuditLog) -> str:
    old, new = row.changes.get("purpose", [None, None])
    return label(new or old or "")


def _attached(row: AuditLog, names: Names) -> str:
    (_old, filename) = row.changes.get("filename", (None, None))
    return _("attached %(file)s", file=said("filename", filename, names))


_FIELD_SENTENCES: Mapping[tuple[str, str], Callable[[_Change], str]] = {
    ("tickets", "title"): _renamed,
    ("tickets", "assignee_id"): _assigned,
    ("tickets", "team_id"): _moved_to_team,
    ("tickets", "due_at"): _due,
    ("tickets", "tags"): _tagged,
    ("tickets", "watchers"): _watched,
    ("tickets", "participants"): _members,
    ("tickets", "deleted_at"): _binned,
    ("users", "is_active"): _switched,
    ("users", "role_id"): _given_a_role,
    ("users", "merged_into_id"): _merged_away,
    ("users", "merged_from"): _merged_in,
    ("comments", "published_at"): _published,
    ("email_addresses", "verified_at"): _confirmed,
    ("tags", "name"): _renamed,
    ("tags", "took_in"): _took_in,
    ("procrastinate_jobs", "status"): _dealt_with,
    ("outbox_recipients", "state"): _sent_again,
    ("settings", "value"): _reset,
    ("teams", "members"): _members,
    ("roles", "permissions"): _members,
    ("inbound_messages", "verdict"): _decided_about_a_mail,
    ("mailboxes", "is_active"): _paused,
    ("mailboxes", "connected_at"): _switched_on,
    ("mailboxes", "door_secret_hash"): _opened_or_shut,
    ("mail_templates", "subject"): _reworded,
    ("mail_templates", "content"): _reworded,
}
_OBJECTS: Mapping[tuple[str, AuditAction], Callable[[AuditLog, Names], str]] = {
    ("tickets", AuditAction.INSERT): lambda _row, _names: _("opened the ticket"),
    ("comments", AuditAction.INSERT): _commented,
    ("comments", AuditAction.DELETE): _took_back,
    ("attachments", AuditAction.INSERT): _attached,
    ("settings", AuditAction.INSERT): _set,
    ("purges", AuditAction.INSERT): _confirmed_a_purge,
    ("bulk_edits", AuditAction.INSERT): _edited_many,
    ("audit_logs", AuditAction.READ): _exported,
    ("access_logs", AuditAction.READ): _exported_readings,
    ("settings", AuditAction.DELETE): _let_go,
    ("outbox_recipients", AuditAction.READ): _copied_a_link,
    ("blocked_senders", AuditAction.INSERT): _blocked,
    ("blocked_senders", AuditAction.DELETE): _unblocked,
    ("mail_templates", AuditAction.INSERT): _worded,
    ("mail_templates", AuditAction.DELETE): _unworded,
    **audit_factors.DEEDS,
}
