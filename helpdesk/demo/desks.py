"""A whole demo desk in one transaction: the plan, the people, then the tickets in batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import Connection, Engine

from helpdesk.audit.partitions import ensure_partitions
from helpdesk.audit.sealing import seal
from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.errors import Unwelcome
from helpdesk.demo.attaching import Attaching
from helpdesk.demo.births import Nursery
from helpdesk.demo.copying import Stock, Tables, background
from helpdesk.demo.correspondence import Correspondence
from helpdesk.demo.lives import Ticket
from helpdesk.demo.people import Cast, Person, assemble
from helpdesk.demo.plan import Birth, plan
from helpdesk.demo.reading import read
from helpdesk.demo.refusals import one_at_a_time, stored_desk
from helpdesk.demo.rhythm import HISTORY, office_hours
from helpdesk.demo.rows import Rows
from helpdesk.demo.settling import Settling
from helpdesk.files.store import Store
from helpdesk.identity.passwords import hash_password

BATCH = 1_000
COMMENTS, MORE_COMMENTS = 8, 100  # ids taken for each ticket (they need five) and for small batches
NAME = "Velorna"
ZONE = "Europe/Amsterdam"
ANSWER_WITHIN_HOURS = 8
MADE_UP = "Demo data: the moments were made up."
BEFORE = timedelta(days=62)  # people are older than their first ticket

Progress = Callable[[int], None]


class BadSize(Unwelcome):
    """A number of tickets that makes no desk."""

    status = 422


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody the demo's password lets in."""

    email: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """What was made."""

    tickets: int
    comments: int
    first_ticket_id: int
    last_ticket_id: int
    sign_ins: Sequence[SignIn]
    """The administrator, the agent and the customer of the manual come first."""


def prepare(engine: Engine, *, now: datetime | None = None) -> None:
    """Make the months of the audit trail the history reaches back to, in a transaction of their own.

    They lock tables for a moment; inside the long transaction of `generate` that moment would last to its end.
    """
    with engine.begin() as connection:
        ensure_partitions(connection, since=_since(now or clock.now()))


def generate(
    connection: Connection,
    *,
    tickets: int,
    seed: int,
    password: str | None = None,
    password_hash: str | None = None,
    now: datetime | None = None,
    store: Store | None = None,
    via: Via = Via.CLI,
    progress: Progress | None = None,
) -> DemoDesk:
    """Fill the desk, on a connection of the owner role and in its transaction. The same seed makes the same desk.

    Sign-ins get `password`, or the argon2 hash of one, or none at all. Some tickets get files where there is a
    `store` for their bytes. `progress` hears how many more tickets there are. Raises BadSize, and AddressTaken
    where a real person has an address of the demo.
    """
    if tickets < 1:
        raise BadSize("A demo desk has at least one ticket.")
    one_at_a_time(connection)
    hashed = password_hash or (hash_password(password) if password else None)
    making = _Making(
        connection, seed=seed, now=now or clock.now(), password_hash=hashed, via=via, store=store
    )
    return making.make(tickets, progress or (lambda _count: None))


class _Making:
    def __init__(
        self,
        connection: Connection,
        *,
        seed: int,
        now: datetime,
        password_hash: str | None,
        via: Via,
        store: Store | None,
    ) -> None:
        self.connection, self.now = connection, now
        self.rng = Random(seed)
        self.tables = Tables(connection)
        self.desk = stored_desk(connection)
        self.zone = self.desk.time_zone if self.desk.is_set_up else ZONE
        self.attaching = Attaching(connection, self.tables, store, seed=seed, now=now) if store else None
        self.settling = Settling(
            connection, self.tables, self.rng, now=now, password_hash=password_hash, via=via
        )

        self.correspondence = (
            Correspondence(connection, self.settling, store, now=now, seed=seed) if store else None
        )

    def make(self, tickets: int, progress: Progress) -> DemoDesk:
        ensure_partitions(self.connection, since=_since(self.now))
        cast = assemble(self.rng, tickets=tickets, zone=self.zone)
        office = office_hours(self.zone, self.now)
        births = plan(self.rng, cast, tickets=tickets, now=self.now, office=office)
        self.settling.settle(cast)
        teams, tag_ids = self.settling.teams(cast), self.settling.tags(cast)
        nursery = Nursery(self.rng, cast, self.now, office, teams, Stock(self.tables, "comments"))
        ids, comments = self._bring_up(nursery, births, tag_ids, progress)
        self._remember(cast, ids)
        if self.correspondence:
            self.correspondence.write(teams, cast.admin)
        self.tables.analyze()
        read(self.connection, first=ids[0], last=ids[-1])
        seal(self.connection, reason=MADE_UP)
        return DemoDesk(tickets, comments, ids[0], ids[-1], _sign_ins(cast))

    def _bring_up(
        self, nursery: Nursery, births: Sequence[Birth], tag_ids: dict[str, int], progress: Progress
    ) -> tuple[list[int], int]:
        """Batch by batch; while one is written, the next is made. Returns the ids, and how many comments there are."""
        batches = [births[start : start + BATCH] for start in range(0, len(births), BATCH)]
        ids: list[int] = []
        comments = 0
        taken = self._take(nursery, batches[0])
        with background(self.tables) as writes:
            for batch, following in zip(batches, [*batches[1:], []], strict=True):
                tickets = [
                    nursery.bring_up(birth, ticket_id=ticket_id, number=f"HD-{number}")
                    for birth, ticket_id, number in zip(batch, *taken, strict=True)
                ]
                ids += taken[0]
                writes.wait()
                taken = self._take(nursery, following)
                rows = self._rows(tickets, tag_ids)
                comments += len(rows.of("comments"))
                writes.write(rows)
                progress(len(batch))
        return ids, comments

    def _rows(self, tickets: Sequence[Ticket], tag_ids: dict[str, int]) -> Rows:
        rows = Rows()
        if self.attaching:
            self.attaching.attach(tickets, rows)
        for ticket in tickets:
            ticket.history.put_into(rows, tag_ids)
        return rows

    def _take(self, nursery: Nursery, batch: Sequence[Birth]) -> tuple[list[int], list[int]]:
        """Ids and numbers for the tickets of a batch, and enough ids for their comments."""
        nursery.comment_ids.fill(COMMENTS * len(batch) + MORE_COMMENTS)
        return self.tables.take_ids("tickets", len(batch)), self.tables.take("ticket_numbers", len(batch))

    def _remember(self, cast: Cast, ids: list[int]) -> None:
        known = set(self.desk.demo_user_ids)
        people = sorted(known | {person.id for person in cast.everybody() if person.has_password})
        self.settling.remember(
            demo_tickets=[*map(list, self.desk.demo_tickets), *_stretches(ids)], demo_user_ids=people
        )
        if not self.desk.is_set_up:
            self.settling.remember(
                desk_name=NAME, time_zone=ZONE, is_set_up=True, answer_within_hours=ANSWER_WITHIN_HOURS
            )


def _since(now: datetime) -> date:
    return (now - HISTORY - BEFORE).date()


def _stretches(ids: Sequence[int]) -> list[list[int]]:
    """First and last of each run of ids without a gap: a live desk may have taken some in between."""
    stretches: list[list[int]] = []
    for number in ids:
        if stretches and stretches[-1][1] == number - 1:
            stretches[-1][1] = number
        else:
            stretches.append([number, number])
    return stretches


def _sign_ins(cast: Cast) -> list[SignIn]:
    people: list[tuple[Person, str]] = [(cast.admin, "Administrator"), (cast.agents[0], "Agent")]
    people += [(cast.customer, "Customer"), *((agent, "Agent") for agent in cast.agents[1:])]
    return [SignIn(person.email, person.name, role) for person, role in people]
