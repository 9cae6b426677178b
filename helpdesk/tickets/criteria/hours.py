"""Fields about the hour and the weekday tickets were created in, on the desk's clock."""

from sqlalchemy import BigInteger, ColumnElement, cast, func

from helpdesk.tickets.criteria.known import Asked, criterion
from helpdesk.tickets.models import Ticket

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = tuple(str(hour) for hour in range(24))


def local_hour(zone: str) -> ColumnElement[int]:
    """0 to 23: the hour the desk's clock showed when a ticket was created."""
    return func.date_part("hour", func.timezone(zone, Ticket.created_at))


def local_weekday(zone: str) -> ColumnElement[int]:
    """1 to 7, from Monday on."""
    return func.date_part("isodow", func.timezone(zone, Ticket.created_at))


def local_hour_of_week(zone: str) -> ColumnElement[int]:
    """0 to 167, from Monday at midnight on: both at once, at half the price (moments before 1970 are not meant)."""
    hours = func.floor(func.date_part("epoch", func.timezone(zone, Ticket.created_at)) / 3600)
    return func.mod(cast(hours, BigInteger) + _FROM_MONDAY, 7 * 24)


_FROM_MONDAY = 3 * 24
"""1970 began on a Thursday."""


def spelled(value: str) -> str:
    """9, and 09 as well. Raises ValueError for what is no hour."""
    hour = str(int(value)) if value.isascii() else value
    if hour not in HOURS:
        raise ValueError(value)
    return hour


@criterion("weekday", "Weekday", choices=WEEKDAYS)
def weekday(asked: Asked) -> ColumnElement[bool]:
    return local_weekday(asked.zone.key) == WEEKDAYS.index(asked.value) + 1


@criterion("hour", "Hour", choices=HOURS, canonical=spelled, hint="hour:9 (from nine to ten), hour:22,23")
def hour(asked: Asked) -> ColumnElement[bool]:
    return local_hour(asked.zone.key) == int(asked.value)
