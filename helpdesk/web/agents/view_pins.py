"""Views beside one's pages: pinned, taken away, moved up and down, chosen to start with."""

from flask import Blueprint, flash, g, redirect, request, url_for

from helpdesk.accounts.preferences import prefer, preferences_of
from helpdesk.queues.catalogue import QUEUES
from helpdesk.queues.operations import move, pin, unpin
from helpdesk.web.agents.views import view_or_404
from helpdesk.web.answers import Page, local_path, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("view_pins", __name__, url_prefix="/views/<slug>")


@bp.post("/pin")
def create(slug: str) -> Page:
    pin(view_or_404(slug), by=g.agent)
    return _back()


@bp.post("/unpin")
def destroy(slug: str) -> Page:
    unpin(view_or_404(slug), by=g.agent)
    return _back()


@bp.post("/up")
def up(slug: str) -> Page:
    move(view_or_404(slug), by=g.agent, places=-_places())
    return see_other("agents.views.index", _anchor=f"up-{slug}")


@bp.post("/down")
def down(slug: str) -> Page:
    move(view_or_404(slug), by=g.agent, places=_places())
    return see_other("agents.views.index", _anchor=f"down-{slug}")


@bp.post("/start")
def start(slug: str) -> Page:
    """Chosen again, it is so no longer: one starts with what nobody has."""
    name = slug if slug in QUEUES else view_or_404(slug).slug
    is_so = preferences_of(g.agent).start == name
    prefer(g.agent, start="" if is_so else name)
    flash(_("You start with the unassigned again.") if is_so else _("You start here from now on."))
    return _back()


def _places() -> int:
    """How far: the buttons move by one, a script that drags says more."""
    return max(1, request.form.get("places", 1, type=int))


def _back() -> Page:
    return redirect(local_path(request.form.get("next"), url_for("agents.views.index")), code=303)
