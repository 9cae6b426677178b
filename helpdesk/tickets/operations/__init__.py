"""What can be done to tickets: object first, the rest by keyword, always saying who acts. They flush, never commit."""

from helpdesk.tickets.operations.assigning import assign, move_to_team, take
from helpdesk.tickets.operations.attaching import Upload, attach
from helpdesk.tickets.operations.deleting import delete, restore
from helpdesk.tickets.operations.editing import Edit, EditConflict, edit
from helpdesk.tickets.operations.following_up import answer
from helpdesk.tickets.operations.locking import lock
from helpdesk.tickets.operations.opening import open_ticket
from helpdesk.tickets.operations.participating import invite
from helpdesk.tickets.operations.progressing import (
    change_status,
    rename,
    reopen,
    resolve,
    set_deadline,
    set_priority,
)
from helpdesk.tickets.operations.reading import mark_read
from helpdesk.tickets.operations.replying import note, reply
from helpdesk.tickets.operations.tagging import change_tags, set_tags, tags_named
from helpdesk.tickets.operations.watching import add_participant, unwatch, watch

__all__ = [
    "Edit",
    "EditConflict",
    "Upload",
    "add_participant",
    "answer",
    "assign",
    "attach",
    "change_status",
    "change_tags",
    "delete",
    "edit",
    "invite",
    "lock",
    "mark_read",
    "move_to_team",
    "note",
    "open_ticket",
    "rename",
    "reopen",
    "reply",
    "resolve",
    "restore",
    "set_deadline",
    "set_priority",
    "set_tags",
    "tags_named",
    "take",
    "unwatch",
    "watch",
]
