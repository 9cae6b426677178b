"""Tags: all of them with how often they are used, made, renamed, coloured and described."""

from collections.abc import Callable

from flask import Blueprint, flash, g, render_template, url_for
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.models import Tag
from helpdesk.tickets.operations.tagging import LONGEST_TAG
from helpdesk.tickets.operations.tags import LONGEST_DESCRIPTION, change_tag, create_tag
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.admin.tags_list import tag_or_404, tagged, tags_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.forms import CreatingForm
from helpdesk.web.languages import gettext as _
from helpdesk.web.tag_colours import COLOURS, NAMES
from helpdesk.web.tag_tones import tone_of

bp = Blueprint("tags", __name__, url_prefix="/tags")
bp.before_request(needs(Permission.MANAGE_DESK))
bp.add_app_template_filter(tone_of, "tag_tone")


class TagForm(CreatingForm):
    """What a tag is called and looks like."""

    name = StringField(lazy("Name"), [DataRequired(lazy("Give it a name.")), Length(max=LONGEST_TAG)])
    tone = RadioField(lazy("Colour"), choices=[SelectChoice(*each) for each in NAMES.items()], default="grey")
    description = StringField(lazy("Description"), [Length(max=LONGEST_DESCRIPTION)])

    def color(self, was: str = "") -> str:
        """The chosen colour; the one it had where that looks the same."""
        return was if was and tone_of(was) == self.tone.data else COLOURS[self.tone.data]


@bp.get("")
def index() -> Page:
    return render_template("admin/tags/index.html", tags=tags_list(), state=list_state())


@bp.get("/new")
def new() -> Page:
    return _new(TagForm())


@bp.post("")
def create() -> Page:
    form = TagForm()
    if not form.validate_on_submit() or not _is_accepted(form, lambda: form.once(lambda: _create(form))):
        return _new(form), 422
    return see_other("admin.tags.index", **list_state())


@bp.get(f"/<{ROW_ID}:tag_id>")
def edit(tag_id: int) -> Page:
    tag = tag_or_404(tag_id)
    form = TagForm(name=tag.name, description=tag.description, tone=tone_of(tag.color))
    return _edit(tag, form)


@bp.post(f"/<{ROW_ID}:tag_id>")
def update(tag_id: int) -> Page:
    tag, form = tag_or_404(tag_id), TagForm()
    if not form.validate_on_submit() or not _is_accepted(form, lambda: _update(tag, form)):
        return _edit(tag, form), 422
    flash(_("Saved."))
    return see_other("admin.tags.edit", tag_id=tag_id, **list_state())


def _create(form: TagForm) -> str:
    create_tag(name=form.name.data, color=form.color(), description=form.description.data or "", by=g.agent)
    flash(_("Agents can put it on tickets now."))
    return url_for("admin.tags.index")


def _update(tag: Tag, form: TagForm) -> None:
    description = form.description.data or ""
    change_tag(tag, name=form.name.data, color=form.color(tag.color), description=description, by=g.agent)


def _is_accepted(form: TagForm, deed: Callable[[], object]) -> bool:
    """Whether it was done; if not, the form says beside the name why."""
    try:
        with db.session.begin_nested():
            deed()
    except Unwelcome as refusal:
        form.name.errors = [_(refusal.sentence)]
        return False
    return True


def _new(form: TagForm) -> str:
    return render_template("admin/tags/new.html", tags=tags_list(), state=list_state(), form=form)


def _edit(tag: Tag, form: TagForm) -> str:
    return render_template(
        "admin/tags/edit.html", tags=tags_list(), state=list_state(), form=form, tag=tag, usage=tagged(tag)[0]
    )
