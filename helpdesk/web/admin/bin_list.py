"""The bin of the whole desk: what lies in it, who put it there, and what was removed for good lately."""

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from sqlalchemy import func, null, select

from helpdesk.accounts.permissions import Permission
from helpdesk.core.counts import capped, told
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import keyset_page
from helpdesk.tickets import bin as in_the_bin
from helpdesk.tickets.models import Purge, Ticket
from helpdesk.tickets.queries import deleted_for
from helpdesk.web.admin.doors import needs
from helpdesk.web.admin.list_order import asked_order
from helpdesk.web.answers import Page

bp = Blueprint("bin", __name__, url_prefix="/bin")
bp.before_request(needs(Permission.MANAGE_DESK))
bp.before_request(needs(Permission.DELETE_TICKETS))

PAGE_SIZE = 50
PURGES_SHOWN = 5


@bp.get("")
def index() -> Page:
    words, order = one_line(request.args.get("q", "")), asked_order(in_the_bin.ORDERS)
    marks = {name: request.args.get(name) for name in ("after", "before")}
    found = in_the_bin.matching(deleted_for(g.agent), words)

    def beside(**changes: str | None) -> str:
        kept: dict[str, Any] = {"q": words or None, "sort": order.sort, **changes}
        return url_for("admin.bin.index", **kept)

    page = keyset_page(in_the_bin.listed(found), order.keys, size=PAGE_SIZE, **marks)
    counts = select(capped(deleted_for(g.agent)), _count(found) if words else null())
    counted, matching = db.session.execute(counts).one()
    total = told(counted)
    latest = in_the_bin.purges().order_by(Purge.id.desc()).limit(PURGES_SHOWN)
    return render_template(
        "admin/bin/index.html",
        words=words,
        page=page,
        total=total,
        matching=matching if words else total,
        heads=order.heads(lambda sort: beside(sort=sort)),
        sort=order.sort,
        newer_url=beside(before=page.before) if page.before else None,
        older_url=beside(after=page.after) if page.after else None,
        purges=db.session.execute(latest).all(),
    )


def _count(tickets: Any) -> Any:
    return tickets.with_only_columns(func.count(Ticket.id)).scalar_subquery()
