"""Taking a tag off every ticket and away: first what will happen, then the deed."""

from flask import Blueprint, flash, g, render_template

from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.models import Tag
from helpdesk.tickets.operations.tags import delete_tag
from helpdesk.web.admin.doors import ROW_ID, needs
from helpdesk.web.admin.sorted_lists import list_state
from helpdesk.web.admin.tags_list import tag_or_404, tagged, tags_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.languages import ngettext

bp = Blueprint("tag_deletions", __name__, url_prefix=f"/tags/<{ROW_ID}:tag_id>/deletion")
bp.before_request(needs(Permission.MANAGE_DESK))


class DeletionForm(Form):
    """The name of the tag that goes."""

    typed = TypedConfirmationField()


@bp.get("/new")
def new(tag_id: int) -> Page:
    return _question(tag_or_404(tag_id), DeletionForm())


@bp.post("")
def create(tag_id: int) -> Page:
    tag, form = tag_or_404(tag_id), DeletionForm()
    form.typed.expected = name = tag.name
    if not form.validate_on_submit():
        return _question(tag, form), 422
    count = delete_tag(tag, by=g.agent)
    flash(
        ngettext(
            "“%(name)s” is gone from %(num)d ticket.",
            "“%(name)s” is gone from %(num)d tickets.",
            count,
            name=name,
        )
    )
    return see_other("admin.tags.index", **list_state())


def _question(tag: Tag, form: DeletionForm) -> str:
    form.typed.expected = tag.name
    return render_template(
        "admin/tags/delete.html",
        tags=tags_list(),
        state=list_state(),
        tag=tag,
        form=form,
        count=tagged(tag)[0],
    )
