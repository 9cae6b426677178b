"""The form of a view: which tickets, how their list looks, and who has it."""

from collections.abc import Mapping

from flask import g, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.models import Team
from helpdesk.accounts.names import LONGEST_NAME, BadName
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.queues.catalogue import QUEUES
from helpdesk.queues.looks import COLUMNS, GROUPINGS, VIEW_SORTS
from helpdesk.queues.models import SavedView
from helpdesk.queues.operations import LONGEST_QUERY, Audience, Content, TooLongQuery
from helpdesk.queues.policy import can_share
from helpdesk.tickets.criteria import BadQuery, parse, together
from helpdesk.web.agents.list_query import Mistake
from helpdesk.web.agents.sidebar_counts import view_read
from helpdesk.web.form_fields import ChecksField
from helpdesk.web.forms import CreatingForm
from helpdesk.web.languages import gettext

COLUMN_NAMES: Mapping[str, LazyString] = {
    "priority": _("Priority"),
    "number": _("Ticket"),
    "requester": _("Requester"),
    "organization": _("Organization"),
    "status": _("Status"),
    "assignee": _("Assignee"),
    "team": _("Team"),
    "tags": _("Tags"),
    "created": _("Created"),
    "updated": _("Last change"),
    "activity": _("Active"),
    "wait": _("Waiting"),
    "due": _("Due"),
}
SORT_NAMES: Mapping[str, LazyString] = {
    "due": _("Next deadline first"),
    "wait": _("Longest wait first"),
    "activity": _("Latest activity first"),
    "-activity": _("Quietest first"),
    "created": _("Newest first"),
    "-created": _("Oldest first"),
    "updated": _("Last changed first"),
    "priority": _("Most urgent first"),
    "status": _("By status"),
    "requester": _("By requester"),
    "organization": _("By organization"),
    "assignee": _("By assignee"),
    "team": _("By team"),
}
GROUPING_NAMES: Mapping[str, LazyString] = {
    "": _("Nothing, one list"),
    "due": _("What is due when"),
    **{name: COLUMN_NAMES[name] for name in GROUPINGS if name != "due"},
}
MINE, EVERYONE = "own", "everyone"

QUERY_OF_QUEUE: Mapping[str, str] = {
    "unassigned": "is:open assignee:nobody",
    "mine": "is:open assignee:me",
    "teams": "is:open team:mine",
    "overdue": "is:overdue",
    "waiting": "status:waiting_on_customer",
    "undelivered": "delivery:failed",
    "open": "is:open",
    "resolved": "resolved<14d",
}
"""What the queues of every desk are in the language: a view saved from one is that, narrowed further."""


class ViewForm(CreatingForm):
    """A view as somebody wants it."""

    name = StringField(_("Name"), [DataRequired(_("Give it a name.")), Length(max=LONGEST_NAME)])
    query = StringField(_("Which tickets"), [Length(max=LONGEST_QUERY)])
    sort = SelectField(_("Order"))
    grouping = SelectField(_("Grouped by"), default="")
    columns = ChecksField(_("Columns"))
    audience = SelectField(_("Who has it"), default=MINE)
    mistake: Mistake | None = None
    """Where in the query something was not understood."""

    def offer(self, view: SavedView | None = None) -> "ViewForm":
        """Put in what can be chosen: shared with whom, only where the role permits it."""
        kept = self.sort.data or ""
        sorts = dict(SORT_NAMES)
        if kept not in sorts and kept.removeprefix("-") in VIEW_SORTS:
            sorts[kept] = _head_words(kept)
        self.sort.choices = [(name, str(words)) for name, words in sorts.items()]
        self.grouping.choices = [(name, str(words)) for name, words in GROUPING_NAMES.items()]
        self.columns.choices = [(name, str(COLUMN_NAMES[name])) for name in COLUMNS]
        self.audience.choices = [(MINE, gettext("Only me"))]
        if can_share(g.agent) or (view is not None and view.owner_id is None):
            teams = db.session.execute(select(Team.id, Team.name).order_by(Team.name)).all()
            self.audience.choices += [
                (EVERYONE, gettext("Everyone")),
                *((f"team-{team_id}", gettext("Team %(team)s", team=name)) for team_id, name in teams),
            ]
        return self

    @property
    def content(self) -> Content:
        """What was typed and chosen."""
        kind, _dash, team_id = self.audience.data.partition("-")
        return Content(
            name=self.name.data,
            query=self.query.data or "",
            columns=self.columns.data,
            sort=self.sort.data,
            grouping=self.grouping.data,
            audience=Audience(kind),
            team=db.session.get(Team, int(team_id)) if team_id else None,
        )

    def tell(self, refusal: Unwelcome) -> None:
        """Show what the operation would not do at the field it is about."""
        fields = {BadName: self.name, BadQuery: self.query, TooLongQuery: self.query}
        fields.get(type(refusal), self.name).errors = [gettext(refusal.sentence)]
        if isinstance(refusal, BadQuery):
            self.mistake = Mistake.of(refusal, self.query.data or "")


def form_of(view: SavedView, *, name: str | None = None, is_copy: bool = False) -> ViewForm:
    """A view to change, or to copy: a copy is one's own. Of one that broke it says at the query why."""
    audience = EVERYONE if view.owner_id is None else MINE
    if view.team_id is not None:
        audience = f"team-{view.team_id}"
    form = ViewForm(
        name=name or view.name,
        query=view.query,
        columns=list(view.columns),
        sort=view.sort,
        grouping=view.grouping,
        audience=MINE if is_copy else audience,
    )
    try:
        parse(view.query)
    except BadQuery as bad:
        form.tell(bad)
    return form.offer(None if is_copy else view)


def form_of_list() -> ViewForm:
    """A new view of the list whose address this one repeats: queue or search, query, order."""
    slug = request.args.get("in", "")
    view = view_read(slug)
    parts = [view.query if view else QUERY_OF_QUEUE.get(slug, ""), request.args.get("q", "")]
    sort = request.args.get("sort", "") or (QUEUES[slug].sorts[0] if slug in QUEUES else "activity")
    return ViewForm(
        query=together(parts),
        sort=sort if sort.removeprefix("-") in VIEW_SORTS else "activity",
        grouping="due" if sort == "due" else "",
    ).offer()


def _head_words(sort: str) -> LazyString:
    name = COLUMN_NAMES[sort.removeprefix("-")]
    return _("%(column)s, the other way round", column=name) if sort.startswith("-") else name
