"""Which requests a demo desk has had: when each came, from whom, and how far those in the shop window have got."""

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from helpdesk.demo.people import Cast, Person
from helpdesk.demo.rhythm import HISTORY, HOUR, Arrivals, OpenHours, zone
from helpdesk.tickets.models.status import TicketStatus

SPAM_SHARE = 0.006
INCIDENT_SHARE = 0.03
INCIDENTS = 4  # waves in two years, beside the one of this week

# what customer@example.com finds: office hours ago → how far it has come
OF_THE_CUSTOMER = (
    (3.5, TicketStatus.OPEN),
    (9.0, TicketStatus.IN_PROGRESS),
    (18.0, TicketStatus.WAITING_ON_CUSTOMER),
    (32.0, TicketStatus.RESOLVED),
    (260.0, TicketStatus.CLOSED),
    (39.0, TicketStatus.WAITING_ON_CUSTOMER),
    (55.0, TicketStatus.RESOLVED),
    (740.0, TicketStatus.CLOSED),
    (1_650.0, TicketStatus.CLOSED),
)
# what lies on the table of agent@example.com
OF_THE_AGENT = (
    (2.0, TicketStatus.IN_PROGRESS),
    (9.0, TicketStatus.OPEN),
    (16.0, TicketStatus.WAITING_ON_CUSTOMER),
    (25.0, TicketStatus.OPEN),
    (7.0, TicketStatus.IN_PROGRESS),
    (62.0, TicketStatus.IN_PROGRESS),
    (33.0, TicketStatus.WAITING_ON_CUSTOMER),
    (80.0, TicketStatus.OPEN),
)
# what nobody has taken yet: hours ago, at any hour
OF_NOBODY = (0.1, 0.4, 0.9, 1.6, 3.1, 6.5, 20.0, 200.0)


class Birth(NamedTuple):
    """One request. `until` is the status at which its story stops; None lets it run to the present."""

    at: float
    who: Person
    kind: str = "ordinary"  # or incident, spam
    until: TicketStatus | None = None
    agent: Person | None = None
    is_untouched: bool = False


def plan(rng: Random, cast: Cast, *, tickets: int, now: datetime, office: OpenHours) -> list[Birth]:
    """So many births, in the order in which they happened. Tells everybody since when they are known."""
    arrivals = Arrivals(rng, now, tickets)
    births = _shop_window(rng, cast, tickets, now.timestamp(), office)
    for _ in range(min(round(SPAM_SHARE * tickets) or 1, tickets - len(births))):
        who = rng.choice(cast.senders_of_spam)
        births.append(Birth(arrivals.draw(zone(who.zone)), who, "spam"))
    births += _incidents(rng, cast, arrivals, now, round(INCIDENT_SHARE * tickets))
    while len(births) < tickets:
        who = cast.draw_requester(rng)
        births.append(Birth(arrivals.draw(zone(who.zone)), who))
    births.sort(key=lambda birth: birth.at)
    _date_people(rng, cast, births, now)
    return births


def _shop_window(rng: Random, cast: Cast, tickets: int, now: float, office: OpenHours) -> list[Birth]:
    """What is looked at first: a part of a small desk, lost in a large one."""
    share = max(1, tickets // 12)
    births = []
    for hours, status in OF_THE_CUSTOMER[:share]:
        moment = office.after(now, -hours * HOUR * rng.uniform(0.9, 1.1))
        births.append(Birth(moment, cast.customer, until=status))
    for hours, status in OF_THE_AGENT[: share - 1]:
        moment = office.after(now, -hours * HOUR * rng.uniform(0.9, 1.1))
        births.append(Birth(moment, cast.draw_requester(rng), until=status, agent=cast.agents[0]))
    for hours in OF_NOBODY[: share - 1]:
        moment = now - hours * HOUR * rng.uniform(0.9, 1.1)
        births.append(Birth(moment, cast.draw_requester(rng), is_untouched=True))
    return births


def _incidents(rng: Random, cast: Cast, arrivals: Arrivals, now: datetime, count: int) -> list[Birth]:
    """Waves of the same trouble, one of them this week."""
    days = [now.date() - timedelta(days=rng.randint(20, HISTORY.days - 20)) for _ in range(INCIDENTS)]
    days.append(now.date() - timedelta(days=4))
    births = []
    for _ in range(count):
        who = cast.draw_requester(rng)
        moment = arrivals.draw_near(rng.choice(days), zone(who.zone))
        if moment is not None:
            births.append(Birth(moment, who, "incident"))
    return births


def _date_people(rng: Random, cast: Cast, births: list[Birth], now: datetime) -> None:
    """Customers are known since shortly before their first request, their companies since the first of theirs."""
    start, end = (now - HISTORY).timestamp(), now.timestamp()
    for person in (cast.admin, *cast.agents):
        person.created = start - rng.uniform(1, 30) * 24 * HOUR
    firsts: dict[int, float] = {}
    for birth in births:
        firsts.setdefault(id(birth.who), birth.at)
    for person in (*cast.customers, *cast.senders_of_spam):
        first = firsts.get(id(person), rng.uniform(start, end))
        person.created = first - rng.choice((0.0, rng.expovariate(1 / (3 * HOUR))))
        if home := person.organization:
            home.created = min(home.created or person.created, person.created)
