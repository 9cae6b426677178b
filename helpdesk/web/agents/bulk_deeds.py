"""What can be done to many tickets at once: each deed as a form or an address names it, with its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import g
from sqlalchemy import Select, func, select

from helpdesk.accounts.models import Team, User
from helpdesk.accounts.operations.finding import known_person
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.lines import one_line
from helpdesk.mail.operations.resending import foresee_resending, resend_all
from helpdesk.mail.policy import can_send_again_any
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import bulk
from helpdesk.tickets.operations.bulk import BulkResult, Outlook
from helpdesk.tickets.operations.tagging import clean_tag
from helpdesk.tickets.policy import can_change_any, can_delete_any
from helpdesk.web.filters import label
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext

ADD_TAG, REMOVE_TAG, DELETE, RESTORE = "add_tag", "remove_tag", "delete", "restore"
RESEND, SEEN_TO = "resend", "seen_to"


class UnknownDeed(Unwelcome):
    """A form names something that cannot be done, or somebody who is not there any more."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            "This cannot be done any more: somebody or something it names is gone. Load the list again."
        )


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do. `done` says that it happened to so many tickets, `offer` is the button that does it."""

    name: str
    value: str
    may: Callable[[User], bool]
    perform: Callable[[Select[Ticket], User], BulkResult]
    foresee: Callable[[Select[Ticket]], Outlook]
    done: Callable[[int], str]
    offer: Callable[[int], str]
    same: Callable[[int], str]
    means: str = ""

    @property
    def asks_first(self) -> bool:
        """Whether the deed is shown before it is done, even for a few tickets."""
        return self.name == DELETE


def deed_named(name: str, value: str) -> Deed:
    """The deed, with what it needs looked up. Raises UnknownDeed, BadTag, NotAnAssignee."""
    try:
        make = _MAKERS[name]
    except KeyError as error:
        raise UnknownDeed from error
    return make(value)


def _person(value: str) -> User | None:
    """`me`, an address, or nothing for nobody: as the language of the lists' filters names people."""
    if not value:
        return None
    found: User | None = g.agent if value == "me" else known_person(value)
    if found is None:
        raise UnknownDeed
    return found


def _team_named(value: str) -> Team | None:
    if not value:
        return None
    found = db.session.scalars(select(Team).where(func.lower(Team.name) == one_line(value).lower())).first()
    if found is None:
        raise UnknownDeed
    return found


def _so_already(count: int) -> str:
    return ngettext("%(num)d was so already.", "%(num)d were so already.", count)


def _status(value: str) -> Deed:
    try:
        to = TicketStatus(value)
    except ValueError as error:
        raise UnknownDeed from error
    words = label(to)
    return Deed(
        "status",
        value,
        can_change_any,
        lambda tickets, by: bulk.change_status_of_all(tickets, to=to, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.moving(to)),
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


def _priority(value: str) -> Deed:
    try:
        to = TicketPriority(value)
    except ValueError as error:
        raise UnknownDeed from error
    words = label(to)
    return Deed(
        "priority",
        value,
        can_change_any,
        lambda tickets, by: bulk.set_priority_of_all(tickets, to=to, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.ranking(to)),
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


def _assignee(value: str) -> Deed:
    to = _person(value)
    change = bulk.giving(to)
    name = to.name if to else _("nobody")
    return Deed(
        "assignee",
        value,
        can_change_any,
        lambda tickets, by: bulk.assign_all(tickets, to=to, by=by),
        lambda tickets: bulk.foresee(tickets, change),
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


def _team(value: str) -> Deed:
    team = _team_named(value)
    name = team.name if team else _("no team")
    return Deed(
        "team",
        value,
        can_change_any,
        lambda tickets, by: bulk.move_all_to_team(tickets, team=team, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.sending(team)),
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


def _add_tag(value: str) -> Deed:
    tag = clean_tag(value)
    return Deed(
        ADD_TAG,
        tag,
        can_change_any,
        lambda tickets, by: bulk.change_tags_of_all(tickets, add=[tag], by=by),
        lambda tickets: bulk.foresee_tag(tickets, tag),
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


def _remove_tag(value: str) -> Deed:
    tag = clean_tag(value)
    return Deed(
        REMOVE_TAG,
        tag,
        can_change_any,
        lambda tickets, by: bulk.change_tags_of_all(tickets, remove=[tag], by=by),
        lambda tickets: bulk.foresee_tag(tickets, tag, is_removed=True),
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


def _delete(_value: str) -> Deed:
    return Deed(
        DELETE,
        "",
        can_delete_any,
        lambda tickets, by: bulk.delete_all(tickets, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.binning()),
        lambda count: ngettext("%(num)d ticket is in the bin.", "%(num)d tickets are in the bin.", count),
        lambda count: ngettext("Delete %(num)d ticket", "Delete %(num)d tickets", count),
        _so_already,
        _(
            "Nobody finds them any more, their requesters included. They keep everything they have, and whoever may"
            " delete can take them out of the bin again."
        ),
    )


def _restore(_value: str) -> Deed:
    return Deed(
        RESTORE,
        "",
        can_delete_any,
        lambda tickets, by: bulk.restore_all(tickets, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.restoring()),
        lambda count: ngettext(
            "%(num)d ticket is back, as it was.", "%(num)d tickets are back, as they were.", count
        ),
        lambda count: ngettext("Restore %(num)d ticket", "Restore %(num)d tickets", count),
        _so_already,
    )


def _resend(_value: str) -> Deed:
    return Deed(
        RESEND,
        "",
        can_send_again_any,
        lambda tickets, by: resend_all(tickets, by=by),
        foresee_resending,
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


def _seen_to(_value: str) -> Deed:
    return Deed(
        SEEN_TO,
        "",
        can_send_again_any,
        lambda tickets, by: bulk.dismiss_failures_of_all(tickets, by=by),
        lambda tickets: bulk.foresee(tickets, bulk.seen_to()),
        lambda count: ngettext(
            "%(num)d ticket is no longer marked.", "%(num)d tickets are no longer marked.", count
        ),
        lambda count: ngettext(
            "Take the mark off %(num)d ticket", "Take the mark off %(num)d tickets", count
        ),
        lambda count: ngettext("Of %(num)d nothing was lost.", "Of %(num)d nothing was lost.", count),
    )


_MAKERS: Mapping[str, Callable[[str], Deed]] = {
    "status": _status,
    "priority": _priority,
    "assignee": _assignee,
    "team": _team,
    ADD_TAG: _add_tag,
    REMOVE_TAG: _remove_tag,
    DELETE: _delete,
    RESTORE: _restore,
    RESEND: _resend,
    SEEN_TO: _seen_to,
}
