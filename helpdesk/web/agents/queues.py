"""Queues: what there is to do, the most urgent on top."""

from flask import Blueprint, abort, g, render_template, request

from helpdesk.core.pagination import keyset_page
from helpdesk.queues.catalogue import QUEUES, listing
from helpdesk.queues.rows import rows_of
from helpdesk.tickets.policy import can_open
from helpdesk.web.agents.bulk_bar import bulk_bar
from helpdesk.web.agents.bulk_selection import selection_of
from helpdesk.web.agents.navigation import QUEUE_NAMES, count_of
from helpdesk.web.agents.queue_rows import groups_of
from helpdesk.web.answers import Page

bp = Blueprint("queues", __name__, url_prefix="/queues")

PAGE_SIZE = 50


@bp.get("/<slug>")
def show(slug: str) -> Page:
    if slug not in QUEUES:
        abort(404)
    marks = {name: request.args.get(name) for name in ("after", "before")}
    found = listing(slug, request.args.get("q", ""), request.args.get("sort", ""), g.agent)
    page = keyset_page(rows_of(found.tickets), found.order, size=PAGE_SIZE, **marks)
    return render_template(
        "agents/queues/show.html",
        slug=slug,
        name=QUEUE_NAMES[slug][0],
        count=count_of(slug) or 0,
        groups=groups_of(page),
        page=page,
        is_top=not any(marks.values()),
        can_open=can_open(g.agent),
        bulk=bulk_bar(
            selection_of(slug, str(found.query), found.sort),
            shown=len(page.rows),
            matching=None if str(found.query) else count_of(slug),
        ),
    )
