"""Title, status, priority, assignee, team and deadline as form fields, each beside the value its reader has seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import abort, request
from flask_babel import lazy_gettext as _
from wtforms import Field, SelectField, StringField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import DateTimeLocalInput

from helpdesk.accounts.choices import AGENT, TEAM, agents_and_teams
from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.models.status import MOVES
from helpdesk.tickets.operations import Edit
from helpdesk.tickets.operations.opening import LONGEST_TITLE
from helpdesk.web.filters import label
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext
from helpdesk.web.moments import here, viewer_zone

NEW, SEEN = "new-", "seen-"
COLUMNS = {
    "title": "title",
    "status": "status",
    "priority": "priority",
    "assignee": "assignee_id",
    "team": "team_id",
    "due": "due_at",
}
"""By the name of the field, the column of the ticket."""

Options = Sequence[tuple[str, str]]


def id_or_none(text: str | int | None) -> int | None:
    """The id behind an option; the empty one stands for nobody, no team."""
    return int(text) if text not in (None, "", "None") else None


class MomentField(Field):  # type: ignore[misc]  # WTForms comes without types
    """A moment on the reader's wall clock, to the minute; empty for none. Also reads what `field_value` writes."""

    widget = DateTimeLocalInput()

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else wall_clock(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            self.data = self.coerce(valuelist[0])

    def coerce(self, text: str) -> datetime | None:
        """Raises ValueError with what to do."""
        if not text.strip():
            return None
        try:
            moment = datetime.fromisoformat(text.strip())
            return clock.utc(moment if moment.tzinfo else moment.replace(tzinfo=viewer_zone()))
        except (ValueError, OverflowError) as error:
            raise ValueError(
                gettext("Choose a day and an hour, or leave it empty for no deadline.")
            ) from error


def wall_clock(moment: datetime | None) -> str:
    """As a browser's field for day and hour takes it, on the reader's clock."""
    return here(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""


class PropertiesForm(Form):
    """Only the fields that were sent take part: a page may offer some of them."""

    title = StringField(
        _("Title"),
        [
            DataRequired(_("Give it a title: a few words that say what it is about.")),
            Length(max=LONGEST_TITLE),
        ],
        filters=[lambda text: " ".join((text or "").split())],
    )
    status = SelectField(_("Status"), coerce=TicketStatus)
    priority = SelectField(_("Priority"), coerce=TicketPriority)
    assignee = SelectField(_("Assignee"), coerce=id_or_none)
    team = SelectField(_("Team"), coerce=id_or_none)
    due = MomentField(_("Due"))

    def __init__(self, ticket: Ticket) -> None:
        present = {name: getattr(ticket, column) for name, column in COLUMNS.items()}
        super().__init__(prefix=NEW, data=present)
        for name, options in options_for(ticket).items():
            self[name].choices = options
        if request.method == "POST":
            for name in [name for name in COLUMNS if NEW + name not in request.form]:
                del self[name]

    def edits(self) -> Mapping[str, Edit]:
        """By column, what the reader saw and what they want. 400 for a form that does not say what they saw."""
        try:
            return {
                column: self._edit(name, self._seen(name)) for name, column in COLUMNS.items() if name in self
            }
        except (KeyError, ValueError):
            abort(400)

    def _seen(self, name: str) -> Any:
        text = request.form[SEEN + name]
        return text if name == "title" else self[name].coerce(text)

    def _edit(self, name: str, seen: Any) -> Edit:
        """A field to the minute cannot change the seconds: what looks as it was seen was not changed."""
        wanted = self[name].data
        is_same = name == "due" and wall_clock(seen) == wall_clock(wanted)
        return Edit(seen=seen, wanted=seen if is_same else wanted)


def seen_values(ticket: Ticket) -> Mapping[str, str]:
    """By field, what the page's reader has seen: what came back with the form, else the present value."""
    return {
        name: request.form.get(SEEN + name, field_value(getattr(ticket, column)))
        for name, column in COLUMNS.items()
    }


def field_value(value: Any) -> str:
    """A column's value as a form carries it."""
    return "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def options_for(ticket: Ticket) -> Mapping[str, Options]:
    """What each select offers. Costs one statement."""
    agents, teams = people_options()
    if ticket.assignee_id and str(ticket.assignee_id) not in dict(agents):  # deactivated since
        agents.append((str(ticket.assignee_id), db.session.get_one(User, ticket.assignee_id).name))
    return {
        "status": [(each.value, label(each)) for each in TicketStatus],
        "priority": [(each.value, label(each)) for each in TicketPriority],
        "assignee": [("", gettext("Nobody")), *agents],
        "team": [("", gettext("No team")), *teams],
    }


def people_options() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The agents and the teams that work can be given to. Costs one statement."""
    rows = db.session.execute(agents_and_teams()).all()
    agents, teams = ([(str(row.id), row.name) for row in rows if row.kind == kind] for kind in (AGENT, TEAM))
    return agents, teams


def possible_statuses(ticket: Ticket) -> list[TicketStatus]:
    """The present one and those that may follow it."""
    return [each for each in TicketStatus if each is ticket.status or each in MOVES[ticket.status]]
