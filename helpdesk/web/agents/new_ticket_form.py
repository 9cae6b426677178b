"""What a new ticket on behalf of somebody is made of: whose it is, how it came in, what it is about, who does it."""

from flask import g
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from helpdesk.accounts.addresses import NotAnAddress
from helpdesk.accounts.names import LONGEST_NAME, BadName
from helpdesk.accounts.operations.registering import AddressTaken
from helpdesk.accounts.permissions import Permission
from helpdesk.core.current import Via
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.tickets.models.lifecycle import ImpossibleMove
from helpdesk.tickets.operations.assigning import NotAnAssignee
from helpdesk.tickets.operations.opening import LONGEST_TITLE, BadTitle
from helpdesk.tickets.operations.tagging import BadTag
from helpdesk.tickets.operations.writing import LONGEST_COMMENT, NothingWritten
from helpdesk.tickets.policy import keeps_what_they_open, sees_everything
from helpdesk.web.agents.files_form import FilesForm
from helpdesk.web.agents.properties_form import id_or_none, people_options
from helpdesk.web.filters import label
from helpdesk.web.languages import gettext

VIAS = (Via.PHONE, Via.WALK_IN, Via.MAIL, Via.WEB)
AFTERWARDS = (
    TicketStatus.IN_PROGRESS,
    TicketStatus.WAITING_ON_CUSTOMER,
    TicketStatus.RESOLVED,
    TicketStatus.CLOSED,
)
LONGEST_LIST = 2_000


class AtField(Unwelcome):
    """What an operation would not do, and the field of this form it is about."""

    def __init__(self, field: str, refusal: Unwelcome) -> None:
        super().__init__(refusal.sentence)
        self.field, self.status = field, refusal.status


class NewTicketForm(FilesForm):
    """`person` is the id of who was chosen while `requester` said `sought`; typed over, the choice counts no more."""

    requester = StringField(
        _("Requester"),
        [DataRequired(_("Whose ticket is it? Type a name or an e-mail address.")), Length(max=LONGEST_LIST)],
    )
    person = HiddenField()
    sought = HiddenField()
    name = StringField(_("Name of somebody new"), [Optional(), Length(max=LONGEST_NAME)])
    more_addresses = StringField(_("Their further addresses"), [Optional(), Length(max=LONGEST_LIST)])
    cc = StringField(_("CC"), [Optional(), Length(max=LONGEST_LIST)])
    via = SelectField(_("Came in by"), coerce=Via, default=Via.PHONE)
    title = StringField(
        _("Title"),
        [
            DataRequired(_("Give it a title: a few words that say what it is about.")),
            Length(max=LONGEST_TITLE),
        ],
    )
    description = TextAreaField(
        _("Description"),
        [DataRequired(_("Write what it is about, as the requester told it.")), Length(max=LONGEST_COMMENT)],
    )
    priority = SelectField(_("Priority"), coerce=TicketPriority, default=TicketPriority.MEDIUM)
    team = SelectField(_("Team"), coerce=id_or_none)
    assignee = SelectField(_("Assignee"), coerce=id_or_none)
    tags = StringField(_("Tags"), [Optional(), Length(max=LONGEST_LIST)])
    status = SelectField(
        _("Status afterwards"), coerce=lambda text: TicketStatus(text) if text else None, default=""
    )

    def __init__(self) -> None:
        super().__init__()
        agents, teams = people_options()
        self.via.choices = [(each, label(each)) for each in VIAS]
        self.priority.choices = [(each, label(each)) for each in TicketPriority]
        self.team.choices = _open_to_them(teams)
        self.assignee.choices = _ones_they_keep(agents)
        self.status.choices = [
            ("", gettext("As usual")),
            *((each, label(each)) for each in AFTERWARDS),
        ]
        if not g.agent.may(Permission.CHANGE_TICKETS):
            del self.assignee, self.tags, self.status

    @property
    def chosen_id(self) -> int | None:
        """Who was chosen from a list, where the text still says so."""
        is_untouched = (self.requester.data or "").strip() == (self.sought.data or "").strip()
        return int(self.person.data) if is_untouched and (self.person.data or "").isdecimal() else None

    def addresses(self, field: StringField) -> list[str]:
        """Those in a field, with commas, semicolons or spaces between them."""
        return (field.data or "").replace(",", " ").replace(";", " ").split()

    def tell(self, refusal: Unwelcome) -> None:
        """Show what an operation would not do at the field it is about."""
        fields = {
            NotAnAddress: "requester",
            AddressTaken: "more_addresses",
            BadName: "name",
            BadTitle: "title",
            NothingWritten: "description",
            NotAnAssignee: "assignee",
            BadTag: "tags",
            ImpossibleMove: "status",
        }
        at = refusal.field if isinstance(refusal, AtField) else fields.get(type(refusal), "files")
        self[at].errors = [gettext(refusal.sentence)]


def _open_to_them(teams: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """An agent who sees only their teams' tickets opens them there: they would lose sight of any other."""
    if sees_everything(g.agent):
        return [("", gettext("No team")), *teams]
    own = [(value, name) for value, name in teams if int(value) in g.agent.team_ids]
    return [("", gettext("No team")), *own] if keeps_what_they_open(g.agent) else own


def _ones_they_keep(agents: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Who sees only what they have keeps what they open."""
    if keeps_what_they_open(g.agent):
        return [(value, name) for value, name in agents if value == str(g.agent.id)]
    return [("", gettext("Nobody")), *agents]
