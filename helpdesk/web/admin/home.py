"""/admin: what there is to administrate, what needs somebody, and a search over all of it."""

from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from sqlalchemy import func, select

from helpdesk.accounts.permissions import Permission
from helpdesk.background.queries import queue_state
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.mail.models import DeliveryState, OutboxRecipient
from helpdesk.web.admin.finding import find, pages
from helpdesk.web.alarms import Told, alarms_for
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext

bp = Blueprint("home", __name__)


@bp.get("")
def show() -> Page:
    places = pages()
    if not places:
        abort(403)
    words = one_line(request.args.get("q", ""))
    return render_template(
        "admin/home/show.html",
        places=places,
        words=words,
        found=find(words),
        worries=[] if words else _worries(),
    )


def _worries() -> list[Told]:
    """What went wrong and waits for somebody, each with the page where it is dealt with. Costs three statements."""
    if not g.agent.may(Permission.MANAGE_DESK):
        return []
    queue = db.session.execute(queue_state()).one()
    failed = db.session.scalar(select(func.count()).where(OutboxRecipient.state == DeliveryState.FAILED))
    found: list[tuple[str, str, dict[str, Any]]] = []
    if not queue.worker_seen_at:
        found.append(
            (
                _("No worker is running: mails and everything else in the background wait."),
                "admin.jobs.index",
                {},
            )
        )
    if queue.failed:
        sentence = ngettext("%(num)d job failed.", "%(num)d jobs failed.", queue.failed)
        found.append((sentence, "admin.jobs.index", {}))
    if failed:
        sentence = ngettext("%(num)d mail was not delivered.", "%(num)d mails were not delivered.", failed)
        found.append((sentence, "admin.outbox.index", {"state": DeliveryState.FAILED.value}))
    told = [Told(text, url_for(endpoint, **values)) for text, endpoint, values in found]
    return [*told, *alarms_for(g.agent)]
