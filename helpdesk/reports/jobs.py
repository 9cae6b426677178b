"""Jobs of the statistics."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from helpdesk.background.jobs import job
from helpdesk.reports.summing import sum_up
from helpdesk.settings.catalogue import desk_from, stored_settings


@job(name="reports.sum_up", as_owner=True)
def sum_up_statistics(connection: Connection) -> None:
    """Add to the sums of the statistics what changed since the last time, by the desk's present clock."""
    desk = desk_from(connection.scalar(stored_settings()))
    sum_up(connection, ZoneInfo(desk.time_zone))
