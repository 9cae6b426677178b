"""Saying that two tags mean the same: which other one, what will happen, and the deed."""

from flask import Blueprint, abort, flash, g, render_template
from sqlalchemy import func, select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.tickets.models import Tag
from helpdesk.tickets.operations.tags import merge_tags
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.admin.tags_list import names_beside, tag_or_404, tagged, tags_list, typed_tag
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.languages import ngettext

bp = Blueprint("tag_merges", __name__, url_prefix=f"/tags/<{ROW_ID}:tag_id>/merge")
bp.before_request(needs(Permission.MANAGE_DESK))


class MergeForm(Form):
    """The name of the tag that goes."""

    typed = TypedConfirmationField()


@bp.get("")
def new(tag_id: int) -> Page:
    tag = tag_or_404(tag_id)
    into = _named(typed_tag())
    if into is None or into.id == tag.id:
        return _choice(tag)
    return _preview(tag, into, MergeForm())


@bp.post("")
def create(tag_id: int) -> Page:
    tag, into, form = tag_or_404(tag_id), _named(typed_tag()), MergeForm()
    if into is None or into.id == tag.id:
        abort(404)
    form.typed.expected = tag.name
    if not form.validate_on_submit():
        return _preview(tag, into, form), 422
    name = into.name
    count = merge_tags(tag, into=into, by=g.agent)
    flash(
        ngettext(
            "Merged: %(num)d ticket has “%(name)s” now.",
            "Merged: %(num)d tickets have “%(name)s” now.",
            count,
            name=name,
        )
    )
    return see_other("admin.tags.edit", tag_id=into.id, **list_state())


def _named(name: str) -> Tag | None:
    return db.session.scalars(select(Tag).where(func.lower(Tag.name) == name.lower())).one_or_none()


def _choice(tag: Tag) -> str:
    return render_template(
        "admin/tags/merge.html",
        tags=tags_list(),
        state=list_state(),
        tag=tag,
        typed=typed_tag(),
        offered=names_beside(tag),
    )


def _preview(tag: Tag, into: Tag, form: MergeForm) -> str:
    form.typed.expected = tag.name
    count, both = tagged(tag, into)
    return render_template(
        "admin/tags/merge_preview.html",
        tags=tags_list(),
        state=list_state(),
        tag=tag,
        into=into,
        form=form,
        count=count,
        both=both,
    )
