"""The desk's own time zone: days and hours of lists and statistics are the desk's, whoever reads them."""

from zoneinfo import ZoneInfo

from helpdesk.web.doorway import desk


def desk_zone() -> ZoneInfo:
    return ZoneInfo(desk().time_zone)
