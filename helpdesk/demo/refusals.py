"""When a desk gets no demo data: beside real tickets, and where others could sign in with a demo password."""

from sqlalchemy import Connection, false, func, or_, select

from helpdesk.config import Config
from helpdesk.core.errors import Conflict, Refused
from helpdesk.settings.catalogue import Desk, desk_from, stored_settings
from helpdesk.tickets.models import Ticket


class DeskInUse(Conflict):
    """There are tickets that people wrote."""


class OpenToOthers(Refused):
    """Demo passwords are known to everybody who has read the manual."""


def one_at_a_time(connection: Connection) -> None:
    """Wait until no other demo desk is being made, to the end of the transaction."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("helpdesk demo"))))


def stored_desk(connection: Connection) -> Desk:
    """The settings in force, read on any connection."""
    return desk_from(connection.execute(stored_settings()).scalar_one())


def has_tickets(connection: Connection) -> bool:
    """Whether there is any ticket at all, deleted ones included."""
    return bool(connection.scalar(select(select(Ticket.id).exists())))


def refuse_real_tickets(connection: Connection) -> None:
    """Raise DeskInUse where there is a ticket that is not from here."""
    ours = stored_desk(connection).demo_tickets
    from_here = or_(false(), *(Ticket.id.between(first, last) for first, last in ours))
    count = connection.scalar(select(func.count()).select_from(Ticket).where(~from_here))
    if count:
        tickets = "a real ticket" if count == 1 else f"{count:,} real tickets"
        raise DeskInUse(
            f"This desk has {tickets}: demo data would be mixed with them. --force does it all the same."
        )


def refuse_beyond_loopback(config: Config) -> None:
    """Raise OpenToOthers where the web server listens for other machines."""
    if not config.is_loopback:
        raise OpenToOthers(
            f"Demo sign-ins are only for desks that nobody else can reach, and this one listens on {config.host}: "
            "set HELPDESK_HOST to 127.0.0.1."
        )
