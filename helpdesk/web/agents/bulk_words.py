"""What pages say of each deed for many tickets: that it was done, the button that does it, who was so already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from helpdesk.mail.bulk_deeds import RESEND, SEEN_TO
from helpdesk.tickets.bulk.deeds import ADD_TAG, ASSIGNEE, DELETE, PRIORITY, REMOVE_TAG, RESTORE, STATUS, TEAM
from helpdesk.tickets.bulk.writing import NOTE, REPLY, letter_kept, undo_span
from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.web.filters import label
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext


def _as_before(count: int) -> str:
    return ngettext("%(num)d ticket is as it was before.", "%(num)d tickets are as they were before.", count)


@dataclass(frozen=True, slots=True)
class Words:
    """`done` says that it happened to so many tickets, `offer` is the button that does it, `undone` that it was taken
    back. `undo` says before it is done whether that is possible, `stays` afterwards what is not.
    """

    done: Callable[[int], str]
    offer: Callable[[int], str]
    same: Callable[[int], str]
    means: str = ""
    undo: str = ""
    undone: Callable[[int], str] = _as_before
    stays: str = ""


def words_for(deed: str, value: str, name: str | None) -> Words:
    """The words for a deed; `name` is that of the person or the team whose id its value is."""
    return _WORDS[deed](name or "" if deed in (ASSIGNEE, TEAM) else value)


def _so_already(count: int) -> str:
    return ngettext("%(num)d was so already.", "%(num)d were so already.", count)


def _status(value: str) -> Words:
    words = label(TicketStatus(value))
    return Words(
        lambda count: ngettext(
            "%(num)d ticket is now “%(status)s”.",
            "%(num)d tickets are now “%(status)s”.",
            count,
            status=words,
        ),
        lambda count: ngettext(
            "Set %(num)d ticket to “%(status)s”", "Set %(num)d tickets to “%(status)s”", count, status=words
        ),
        _so_already,
    )


def _priority(value: str) -> Words:
    words = label(TicketPriority(value))
    return Words(
        lambda count: ngettext(
            "%(num)d ticket now has the priority “%(priority)s”.",
            "%(num)d tickets now have the priority “%(priority)s”.",
            count,
            priority=words,
        ),
        lambda count: ngettext(
            "Set %(num)d ticket to priority “%(priority)s”",
            "Set %(num)d tickets to priority “%(priority)s”",
            count,
            priority=words,
        ),
        _so_already,
    )


def _assignee(name: str) -> Words:
    name = name or _("nobody")
    return Words(
        lambda count: ngettext(
            "%(num)d ticket assigned to %(name)s.", "%(num)d tickets assigned to %(name)s.", count, name=name
        ),
        lambda count: ngettext(
            "Assign %(num)d ticket to %(name)s", "Assign %(num)d tickets to %(name)s", count, name=name
        ),
        lambda count: ngettext(
            "%(num)d was with %(name)s already.", "%(num)d were with %(name)s already.", count, name=name
        ),
    )


def _team(name: str) -> Words:
    name = name or _("no team")
    return Words(
        lambda count: ngettext(
            "%(num)d ticket moved to %(team)s.", "%(num)d tickets moved to %(team)s.", count, team=name
        ),
        lambda count: ngettext(
            "Move %(num)d ticket to %(team)s", "Move %(num)d tickets to %(team)s", count, team=name
        ),
        lambda count: ngettext(
            "%(num)d was with %(team)s already.", "%(num)d were with %(team)s already.", count, team=name
        ),
    )


def _add_tag(tag: str) -> Words:
    return Words(
        lambda count: ngettext(
            "%(num)d ticket now has the tag “%(tag)s”.",
            "%(num)d tickets now have the tag “%(tag)s”.",
            count,
            tag=tag,
        ),
        lambda count: ngettext(
            "Tag %(num)d ticket with “%(tag)s”", "Tag %(num)d tickets with “%(tag)s”", count, tag=tag
        ),
        lambda count: ngettext("%(num)d had it already.", "%(num)d had it already.", count),
    )


def _remove_tag(tag: str) -> Words:
    return Words(
        lambda count: ngettext(
            "The tag “%(tag)s” is off %(num)d ticket.",
            "The tag “%(tag)s” is off %(num)d tickets.",
            count,
            tag=tag,
        ),
        lambda count: ngettext(
            "Take “%(tag)s” off %(num)d ticket", "Take “%(tag)s” off %(num)d tickets", count, tag=tag
        ),
        lambda count: ngettext("%(num)d did not have it.", "%(num)d did not have it.", count),
    )


def _delete(_value: str) -> Words:
    return Words(
        lambda count: ngettext("%(num)d ticket is in the bin.", "%(num)d tickets are in the bin.", count),
        lambda count: ngettext("Delete %(num)d ticket", "Delete %(num)d tickets", count),
        _so_already,
        _(
            "Nobody finds them any more, their requesters included. They keep everything they have, and whoever may"
            " delete can take them out of the bin again."
        ),
    )


def _restore(_value: str) -> Words:
    return Words(
        lambda count: ngettext(
            "%(num)d ticket is back, as it was.", "%(num)d tickets are back, as they were.", count
        ),
        lambda count: ngettext("Restore %(num)d ticket", "Restore %(num)d tickets", count),
        _so_already,
    )


def _resend(_value: str) -> Words:
    return Words(
        lambda count: ngettext(
            "What was lost of %(num)d ticket will be sent again.",
            "What was lost of %(num)d tickets will be sent again.",
            count,
        ),
        lambda count: ngettext(
            "Send again what was lost of %(num)d ticket",
            "Send again what was lost of %(num)d tickets",
            count,
        ),
        lambda count: ngettext("Of %(num)d nothing was lost.", "Of %(num)d nothing was lost.", count),
    )


def _seen_to(_value: str) -> Words:
    return Words(
        lambda count: ngettext(
            "%(num)d ticket is no longer marked.", "%(num)d tickets are no longer marked.", count
        ),
        lambda count: ngettext(
            "Take the mark off %(num)d ticket", "Take the mark off %(num)d tickets", count
        ),
        lambda count: ngettext("Of %(num)d nothing was lost.", "Of %(num)d nothing was lost.", count),
    )


def _reply(value: str) -> Words:
    status = letter_kept(value).status
    return Words(
        _answered_and_set(label(status)) if status else _answered,
        _answer_and_set(label(status)) if status else _answer,
        _so_already,
        undo=_until_it_leaves(),
        undone=lambda count: ngettext(
            "%(num)d answer was taken back before it left.",
            "%(num)d answers were taken back before they left.",
            count,
        ),
        stays=_("An answer that has left cannot be taken back."),
    )


def _answer(count: int) -> str:
    return ngettext("Reply on %(num)d ticket", "Reply on %(num)d tickets", count)


def _answered(count: int) -> str:
    return ngettext("%(num)d answer is on its way.", "%(num)d answers are on their way.", count)


def _answer_and_set(status: str) -> Callable[[int], str]:
    return lambda count: ngettext(
        "Reply on %(num)d ticket, then “%(status)s”",
        "Reply on %(num)d tickets, then “%(status)s”",
        count,
        status=status,
    )


def _answered_and_set(status: str) -> Callable[[int], str]:
    return lambda count: ngettext(
        "%(num)d answer is on its way, and sets its ticket to “%(status)s”.",
        "%(num)d answers are on their way, and set their tickets to “%(status)s”.",
        count,
        status=status,
    )


def _until_it_leaves() -> str:
    seconds = int(undo_span().total_seconds())
    if not seconds:
        return _("The answers leave at once. They cannot be taken back.")
    return ngettext(
        "Each answer waits %(num)d second before it leaves: until then Undo takes it back. What has left cannot be"
        " taken back.",
        "Each answer waits %(num)d seconds before it leaves: until then Undo takes it back. What has left cannot be"
        " taken back.",
        seconds,
    )


def _note(_value: str) -> Words:
    return Words(
        lambda count: ngettext("%(num)d ticket has the note.", "%(num)d tickets have the note.", count),
        lambda count: ngettext("Add the note to %(num)d ticket", "Add the note to %(num)d tickets", count),
        _so_already,
        undo=_("A note stays: it cannot be taken back. Customers never see it."),
        stays=_("Notes stay on their tickets."),
    )


_WORDS: Mapping[str, Callable[[str], Words]] = {
    STATUS: _status,
    PRIORITY: _priority,
    ASSIGNEE: _assignee,
    TEAM: _team,
    ADD_TAG: _add_tag,
    REMOVE_TAG: _remove_tag,
    DELETE: _delete,
    RESTORE: _restore,
    RESEND: _resend,
    SEEN_TO: _seen_to,
    REPLY: _reply,
    NOTE: _note,
}
