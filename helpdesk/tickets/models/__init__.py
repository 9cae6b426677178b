"""The tables of the heart and the rules that concern one row alone."""

from helpdesk.tickets.models.attachment import Attachment
from helpdesk.tickets.models.bulk_edit import BulkEdit, BulkRefusal
from helpdesk.tickets.models.comment import Comment
from helpdesk.tickets.models.comment_recipient import CommentRecipient, RecipientKind
from helpdesk.tickets.models.draft import Draft, Mode
from helpdesk.tickets.models.file_text import FileText, KnownWord
from helpdesk.tickets.models.guest_request import GuestRequest
from helpdesk.tickets.models.held_comment import HeldComment, HeldFor
from helpdesk.tickets.models.links import LinkKind, TicketLink, ticket_participants, ticket_watchers
from helpdesk.tickets.models.purge import Purge
from helpdesk.tickets.models.reading import ticket_reads
from helpdesk.tickets.models.staged_file import StagedFile
from helpdesk.tickets.models.status import TicketPriority, TicketStatus
from helpdesk.tickets.models.tag import Tag, ticket_tags
from helpdesk.tickets.models.ticket import Ticket
from helpdesk.tickets.models.ticket_key import TicketKey
from helpdesk.tickets.models.words import words_in

__all__ = [
    "Attachment",
    "BulkEdit",
    "BulkRefusal",
    "Comment",
    "CommentRecipient",
    "Draft",
    "FileText",
    "GuestRequest",
    "HeldComment",
    "HeldFor",
    "KnownWord",
    "LinkKind",
    "Mode",
    "Purge",
    "RecipientKind",
    "StagedFile",
    "Tag",
    "Ticket",
    "TicketKey",
    "TicketLink",
    "TicketPriority",
    "TicketStatus",
    "ticket_participants",
    "ticket_reads",
    "ticket_tags",
    "ticket_watchers",
    "words_in",
]
