"""Saved views: their lists; made from any list, changed, copied, deleted."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, g, jsonify, render_template, request, url_for
from sqlalchemy import select

from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.accounts.preferences import preferences_of
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.queues.models import SavedView
from helpdesk.queues.operations import change_view, create_view, delete_view
from helpdesk.queues.policy import can_change, can_share
from helpdesk.queues.views import all_views, is_view_slug, read_views, views_for
from helpdesk.web.agents.list_page import show_list
from helpdesk.web.agents.sidebar_counts import (
    count_views,
    kept_view_counts,
    shown,
    view_read,
    views_beside,
)
from helpdesk.web.agents.views_form import ViewForm, form_of, form_of_list
from helpdesk.web.answers import Page, see_other
from helpdesk.web.filters import number
from helpdesk.web.languages import gettext as _

bp = Blueprint("views", __name__, url_prefix="/views")


MOST_COUNTED = 50
"""Views of the page of all of them that are counted, those that are pinned first: the others tell it when opened."""


@bp.get("")
def index() -> Page:
    """Those beside the pages in their order, then the others."""
    views = read_views(db.session.scalar(select(all_views(g.agent))) or ())
    counts = {slug: shown(count) for slug, count in count_views(views[:MOST_COUNTED]).items()}
    return render_template(
        "agents/views/index.html",
        pinned=[view for view in views if view.is_pinned],
        others=[view for view in views if not view.is_pinned],
        counts=counts,
        start=preferences_of(g.agent).start,
        can_share=can_share(g.agent),
    )


@bp.get("/counts")
def counts() -> Page:
    """How many tickets the pinned views hold, as the sidebar words it. Counted again only when it is time."""
    found, is_time = kept_view_counts()
    if is_time:
        found = count_views(views_beside())
    return jsonify(
        {url_for("agents.views.show", slug=slug): number(shown(n) or 0) for slug, n in found.items()}
    )


@bp.get("/new")
def new() -> Page:
    """`from` names a view to copy; else a list's address says what the view is to show."""
    copied = request.args.get("from", "")
    if not copied:
        return _new(form_of_list())
    view = view_or_404(copied)
    name = _("Copy of %(name)s", name=view.name)[:LONGEST_NAME]
    return _new(form_of(view, name=name, is_copy=True))


@bp.post("")
def create() -> Page:
    form = ViewForm().offer()
    if not form.validate_on_submit():
        return _new(form), 422
    made: list[Page] = []
    if refusal := _refusal(form, lambda: made.append(form.once(lambda: _create(form)))):
        return _new(form), refusal
    return made[0]


@bp.get("/<slug>")
def show(slug: str) -> Page:
    view = view_read(slug)
    if view is None:
        abort(404)
    return show_list(slug, view.name)


@bp.get("/<slug>/edit")
def edit(slug: str) -> Page:
    view = own_or_shared(slug)
    return _edit(view, form_of(view))


@bp.post("/<slug>")
def update(slug: str) -> Page:
    view = own_or_shared(slug)
    form = ViewForm().offer(view)
    if not form.validate_on_submit():
        return _edit(view, form), 422
    if refusal := _refusal(form, lambda: change_view(view, form.content, by=g.agent)):
        return _edit(view, form), refusal
    flash(_("Saved."))
    return see_other("agents.views.show", slug=slug)


@bp.post("/<slug>/deletion")
def destroy(slug: str) -> Page:
    view = own_or_shared(slug)
    delete_view(view, by=g.agent)
    flash(_("The view %(name)s is gone. Its tickets are where they were.", name=view.name))
    return see_other("agents.views.index")


def view_or_404(slug: str) -> SavedView:
    """The view with this address, if the reader may open it."""
    found: SavedView | None = None
    if is_view_slug(slug):
        found = db.session.scalars(views_for(g.agent).where(SavedView.slug == slug)).one_or_none()
    if found is None:
        abort(404)
    return found


def own_or_shared(slug: str) -> SavedView:
    """A view the reader may change."""
    view = view_or_404(slug)
    if not can_change(g.agent, view):
        abort(403)
    return view


def _create(form: ViewForm) -> str:
    view = create_view(form.content, by=g.agent)
    flash(_("The view is beside your pages now."))
    return url_for("agents.views.show", slug=view.slug)


def _refusal(form: ViewForm, deed: Callable[[], object]) -> int | None:
    """The status of what was not done; the form says why."""
    try:
        with db.session.begin_nested():
            deed()
    except Unwelcome as refusal:
        form.tell(refusal)
        return 422 if refusal.status == 400 else refusal.status
    return None


def _new(form: ViewForm) -> str:
    return render_template("agents/views/new.html", form=form)


def _edit(view: SavedView, form: ViewForm) -> str:
    return render_template("agents/views/edit.html", view=view, form=form)
