"""The system page: what the desk runs on, how large it has become, how fast it is, and whether all of it is well."""

import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from flask import Blueprint, g, render_template, request
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString
from sqlalchemy import BigInteger, Row, cast, func, select

from helpdesk.accounts.permissions import Permission
from helpdesk.background.queries import is_alive, queue_state
from helpdesk.background.tables import workers
from helpdesk.core import clock
from helpdesk.core.configuration import configuration
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.database import facts
from helpdesk.database.migrations import head
from helpdesk.database.verdicts import Verdict, judged
from helpdesk.files.models import Blob
from helpdesk.mail.models import Mailbox, MailboxState
from helpdesk.web.admin.doors import needs
from helpdesk.web.admin.mailbox_health import Health, health_of
from helpdesk.web.admin.mailboxes_list import health_columns
from helpdesk.web.alarms import alarms_for
from helpdesk.web.answers import Page
from helpdesk.web.readiness import Readiness, readiness

bp = Blueprint("system", __name__, url_prefix="/system")
bp.before_request(needs(Permission.MANAGE_DESK))

LIBRARIES = (
    "flask",
    "werkzeug",
    "jinja2",
    "sqlalchemy",
    "psycopg",
    "alembic",
    "procrastinate",
    "pillow",
    "gunicorn",
)
TABLES_SHOWN = 10
PARTS_SHOWN = 13
MAILBOXES_SHOWN = 20
WORKER_CONNECTIONS = 20
"""What a worker and its supervisor need beside the web server's pool, generously."""
FULL_BELOW = 0.1
"""The share of the disk that has to stay free."""
PARTS_OF_THE_DESK: Mapping[str, LazyString] = {
    "helpdesk_auth": lazy("Finding out who asks"),
    "helpdesk_app": lazy("Pages of staff, and jobs"),
    "helpdesk_customer": lazy("Pages of customers"),
    "helpdesk_analytics": lazy("Statistics"),
}
"""What each role of the database is used for."""
_started_at = clock.now()


@dataclass(frozen=True, slots=True)
class Storage:
    """The files the desk keeps, and the disk they lie on."""

    files: int
    bytes: int
    disk_total: int
    disk_free: int

    @property
    def is_short(self) -> bool:
        """Whether the disk is nearly full."""
        return self.disk_free < FULL_BELOW * self.disk_total

    @property
    def percent_used(self) -> int:
        return round(100 * (self.disk_total - self.disk_free) / max(self.disk_total, 1))


@bp.get("")
def show() -> Page:
    order = request.args.get("by", "")
    by = order if order in facts.ORDERS else "total"
    connection = db.session.connection()
    server, relations = facts.server(connection), facts.relations(connection)
    statements = facts.slowest_statements(connection, by=by) if server.has_statements else None
    work = _work()
    return render_template(
        "admin/system/show.html",
        ready=_readiness(),
        versions=_versions(),
        server=server,
        head=head(),
        started_at=_started_at,
        settings=judged(server.settings, connections_needed=_connections_needed()),
        Verdict=Verdict,
        tables=relations.tables[:TABLES_SHOWN],
        more_tables=max(0, len(relations.tables) - TABLES_SHOWN),
        parts=relations.audit_parts[:PARTS_SHOWN],
        all_parts=relations.audit_parts,
        statements=statements,
        by=by,
        roles=PARTS_OF_THE_DESK,
        storage=_storage(work.files, work.file_bytes),
        queue=work,
        mailboxes=_mailboxes(),
        alarms=alarms_for(g.agent),
    )


def _mailboxes() -> list[tuple[Row[Any], list[Health]]]:
    """The mailboxes and how each is. Costs one statement."""
    rows = select(Mailbox).outerjoin(MailboxState, MailboxState.mailbox_id == Mailbox.id)
    columns: tuple[Any, ...] = (*health_columns(), Mailbox.id, Mailbox.name, Mailbox.address)
    shown = rows.with_only_columns(*columns).order_by(Mailbox.name, Mailbox.id).limit(MAILBOXES_SHOWN)
    return [(row, health_of(row)) for row in db.session.execute(shown)]


def _readiness() -> Readiness:
    """As /readyz asks, in the role it asks in."""
    with acting_as(db.session(), DatabaseRole.AUTH):
        return readiness()


def _versions() -> Mapping[str, str]:
    found = {"helpdesk": version("helpdesk"), "Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an installation may serve pages by another program than gunicorn
            continue
    return found


def _connections_needed() -> int:
    config = configuration()
    return config.web_workers * (config.pool_size + config.pool_max_overflow) + WORKER_CONNECTIONS


def _storage(files: int, size: int) -> Storage:
    folder = configuration().data_dir
    disk = shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists()))
    return Storage(files, size, disk.total, disk.free)


def _work() -> Row[Any]:
    """What the queue holds (see queue_state), worker_count, files and file_bytes. Costs one statement."""
    alive = select(func.count()).select_from(workers).where(is_alive(workers.c.id)).scalar_subquery()
    files = select(func.count()).select_from(Blob).scalar_subquery()
    size = select(func.coalesce(cast(func.sum(Blob.size), BigInteger), 0)).scalar_subquery()
    more = alive.label("worker_count"), files.label("files"), size.label("file_bytes")
    return db.session.execute(queue_state().add_columns(*more)).one()
