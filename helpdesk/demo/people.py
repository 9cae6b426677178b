"""The people of a demo desk: a company of bike makers, the organizations it serves, and everybody who asks."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, count
from random import Random
from typing import Any

from helpdesk.demo.stories import TEAMS, read

STAFF_DOMAIN = "velorna.example"
LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ß": "ss", "ł": "l", "Ł": "L", "ı": "i", "œ": "oe"}
)
SHORT_NAMES = 20  # tries until a company has its city in its name
TICKETS_PER_AGENT = 5_000
MOST_AGENTS = 200
TICKETS_PER_CUSTOMER = 5
"""On a large desk; on a small one most have written less often."""


Culture = dict[str, Any]  # one of texts/names.toml


@dataclass(slots=True)
class Organization:
    """A company or household with more than one rider."""

    name: str
    domain: str
    sharing: str
    city: str
    culture: Culture
    people: list["Person"] = field(default_factory=list)
    id: int = 0
    created: float = 0.0


@dataclass(slots=True)
class Person:
    """Somebody who asks or answers. `created` is a moment in seconds; `id` is known once the row is."""

    name: str
    first: str
    email: str
    zone: str
    city: str = ""
    streets: list[str] = field(default_factory=list)
    weight: float = 1.0
    organization: Organization | None = None
    is_manager: bool = False
    is_admin: bool = False
    teams: tuple[str, ...] = ()
    has_password: bool = False
    id: int = 0
    created: float = 0.0

    @property
    def is_staff(self) -> bool:
        return bool(self.teams) or self.is_admin

    @property
    def address(self) -> str:
        """Where this person sits in the network, from the ranges that are kept for examples."""
        return f"192.0.2.{self.id % 250 + 1}" if self.is_staff else f"203.0.113.{self.id % 250 + 1}"


@dataclass(slots=True)
class Cast:
    """Everybody, and how often each customer writes."""

    admin: Person
    agents: list[Person]
    customer: Person
    customers: list[Person]
    organizations: list[Organization]
    senders_of_spam: list[Person]
    cumulated: list[float] = field(default_factory=list)
    shifts: dict[str, tuple[list[Person], list[float]]] = field(default_factory=dict)

    def draw_requester(self, rng: Random) -> Person:
        return rng.choices(self.customers, cum_weights=self.cumulated)[0]

    def members(self, team: str) -> list[Person]:
        return [agent for agent in self.agents if team in agent.teams]

    def draw_member(self, rng: Random, team: str) -> Person:
        """Somebody who answers for a team; some take more than others."""
        if team not in self.shifts:
            members = self.members(team)
            self.shifts[team] = members, list(accumulate(member.weight for member in members))
        members, cumulated = self.shifts[team]
        return rng.choices(members, cum_weights=cumulated)[0]

    def everybody(self) -> Iterator[Person]:
        yield from (self.admin, *self.agents, *self.customers, *self.senders_of_spam)


def assemble(rng: Random, *, tickets: int, zone: str) -> Cast:
    """The people of a desk with so many tickets, in proportion: a few write a lot, most once."""
    return _Assembly(rng, zone).cast(tickets)


class _Assembly:
    def __init__(self, rng: Random, zone: str) -> None:
        self.rng, self.zone = rng, zone
        self.names, self.staff = read("names"), read("staff")
        self.cultures: list[Culture] = self.names["culture"]
        self.cultures_cumulated = list(accumulate(culture["weight"] for culture in self.cultures))
        self.taken: set[str] = {self.staff[who]["email"] for who in ("admin", "agent", "customer")}

    def cast(self, tickets: int) -> Cast:
        customers_count = max(12, round(0.9 * tickets**0.85), tickets // TICKETS_PER_CUSTOMER)
        organizations = [self._organization(rank) for rank in range(max(6, customers_count // 14))]
        shares = list(accumulate(1 / (rank + 1) ** 1.1 for rank in range(len(organizations))))
        customer = self._the_customer(organizations[0])
        customers = [customer]
        for _ in range(customers_count - 1):
            home = (
                self.rng.choices(organizations, cum_weights=shares)[0] if self.rng.random() < 0.62 else None
            )
            customers.append(self._customer(home))
        agents = self._agents(tickets)
        cast = Cast(self._admin(), agents, customer, customers, organizations, self._spam())
        cast.cumulated = list(accumulate(person.weight for person in customers))
        return cast

    def _organization(self, rank: int) -> Organization:
        for attempt in count():
            culture = self._culture()
            city = self.rng.choice(culture["cities"])
            name, short = self._known(rank) or self._company(city, is_long=attempt >= SHORT_NAMES)
            domain = f"{plain(short.replace('&', 'and'), joint='-')}.example"
            if domain not in self.taken:
                self.taken.add(domain)
                sharing = (
                    "everyone"
                    if rank == 0
                    else self.rng.choices(("none", "managers", "everyone"), (5, 3, 2))[0]
                )
                return Organization(name, domain, sharing, city, culture)
        raise AssertionError("there is always another number of attempts")

    def _known(self, rank: int) -> tuple[str, str] | None:
        """The largest have names of their own."""
        known = self.names["organizations"]
        return (known[rank], known[rank]) if rank < len(known) else None

    def _company(self, city: str, *, is_long: bool) -> tuple[str, str]:
        """Its name, and the same without what only lawyers say; a long one where the short ones are taken."""
        stem, kind, form = (self.rng.choice(self.names[part]) for part in ("stems", "kinds", "forms"))
        short = f"{kind} {city}" if self.rng.random() < 0.12 else f"{stem} {kind}"
        if is_long:
            short = f"{stem} {kind} {city}"
        return f"{short}{form}", short

    def _the_customer(self, home: Organization) -> Person:
        told = self.staff["customer"]
        person = Person(
            told["name"],
            told["name"].split()[0],
            told["email"],
            self.zone,
            home.city,
            home.culture["streets"],
            weight=2.0,
        )
        person.is_manager = True
        person.organization, person.has_password = home, True
        home.people.append(person)
        return person

    def _customer(self, home: Organization | None) -> Person:
        culture = home.culture if home and self.rng.random() < 0.6 else self._culture()
        shown, first, last = self._name(culture)
        domain = home.domain if home else self.rng.choice(self.names["private_domains"])
        person = Person(
            name=shown,
            first=first,
            email=self._address(first, last, domain),
            zone=culture["zone"],
            city=home.city if home else self.rng.choice(culture["cities"]),
            streets=(home.culture if home else culture)["streets"],
            weight=min(self.rng.paretovariate(1.15), 60.0),
            organization=home,
        )
        if home:
            person.is_manager = not home.people or self.rng.random() < 0.08
            person.weight *= 2.5 if person.is_manager else 1.0
            home.people.append(person)
        return person

    def _agents(self, tickets: int) -> list[Person]:
        agents = [self._agent(told["name"], tuple(told["teams"])) for told in self.staff["person"]]
        while len(agents) < min(MOST_AGENTS, len(self.staff["person"]) + tickets // TICKETS_PER_AGENT):
            shown, *_ = self._name(self._culture())
            agents.append(self._agent(shown, (self.rng.choice(TEAMS),)))
        agents[0].email, agents[0].weight = self.staff["agent"]["email"], 2.0
        return agents

    def _agent(self, name: str, teams: tuple[str, ...]) -> Person:
        first = name.split(maxsplit=1)[0]
        email = self._address(first, "", STAFF_DOMAIN)
        return Person(name, first, email, self.zone, teams=teams, has_password=True)

    def _admin(self) -> Person:
        told = self.staff["admin"]
        first = told["name"].split()[0]
        return Person(told["name"], first, told["email"], self.zone, is_admin=True, has_password=True)

    def _spam(self) -> list[Person]:
        """Whoever they are, they say they are from somewhere."""
        known = [(told["sender"], told["email"], self._culture()) for told in read("phrases")["spam"]]
        return [
            Person(name, name.split()[0], email, self.zone, culture["cities"][0], culture["streets"])
            for name, email, culture in known
        ]

    def _culture(self) -> Culture:
        return self.rng.choices(self.cultures, cum_weights=self.cultures_cumulated)[0]

    def _name(self, culture: Culture) -> tuple[str, str, str]:
        """As it is shown, and first and last name in Latin letters."""
        one, two = self.rng.randrange(len(culture["first"])), self.rng.randrange(len(culture["last"]))
        first, last = culture["first"][one], culture["last"][two]
        if "native_first" not in culture or self.rng.random() > culture.get("native_share", 0.5):
            return f"{first} {last}", first, last
        names = [culture["native_first"][one], culture["native_last"][two]]
        if culture.get("native_order") == "last first":
            return "".join(reversed(names)), first, last
        return " ".join(names), first, last

    def _address(self, first: str, last: str, domain: str) -> str:
        """One that nobody else has."""
        given, family = plain(first), plain(last)
        local = self._local_part(given, family) if family else given
        address, number = f"{local}@{domain}", 1
        while address in self.taken:
            number += 1
            address = f"{local}{number}@{domain}"
        self.taken.add(address)
        return address

    def _local_part(self, given: str, family: str) -> str:
        return self.rng.choices((f"{given}.{family}", f"{given[0]}.{family}", given), (8, 2, 1))[0]


def plain(text: str, *, joint: str = "") -> str:
    """Text in the letters of an address: ASCII, lower case."""
    letters = unicodedata.normalize("NFKD", text.translate(LETTERS)).lower()
    kept = (letter for letter in letters if letter not in "'’" and not unicodedata.combining(letter))
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in kept)
    return joint.join(words.split())
