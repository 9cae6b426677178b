"""What a ticket is about in numbers and names: each fact is drawn when a sentence first needs it and then stays."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from helpdesk.demo.people import Person, plain
from helpdesk.demo.stories import read

MODELS = (
    "Bramble",
    "Harrow 2",
    "Longtail Duo",
    "Kestrel Box",
    "Mule XL",
    "Finch",
    "Harrow Cargo",
    "Bramble Mini",
)
PARTS = ("rain cover", "front light", "pannier set", "lock", "charger", "battery", "mudguard set", "display")
ACCESSORIES = ("child bench", "baby shell", "dog ramp", "cargo cover", "child seat", "windscreen", "tool box")
MISSING = (
    "keys of the lock",
    "reflectors",
    "spacers",
    "pedals",
    "screws for the handlebar",
    "rubber feet",
    "straps",
)
PHONES = (
    "Pixel 8",
    "Galaxy A54",
    "iPhone 14",
    "iPhone SE",
    "Fairphone 5",
    "Pixel 6a",
    "Xperia 10",
    "Moto G84",
)
SLOTS = (
    "between eight and ten",
    "between nine and eleven",
    "between ten and noon",
    "between one and three",
    "after two",
    "in the morning",
)
WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
FREIGHT = ("the children of the kindergarten", "our patients' meals", "colleagues without a helmet")
PASSENGERS = ("two children", "our daughter", "my mother")
COUNTRIES = ("DE", "DK", "NL", "SE", "FR", "AT", "PL")
FIRST_VERSION = 40  # 4.0 two years ago, 5.0 today
DAYS_A_VERSION = 73


class Facts(dict[str, str]):
    """Facts by name; {Bike} is {bike} with a capital. Some follow the day on which they are said (`today`)."""

    def __init__(
        self, rng: Random, who: Person, at: datetime, *, started: datetime, lead: Person, staff: list[Person]
    ) -> None:
        super().__init__()
        self["lead"] = lead.name
        self.rng, self.who, self.staff = rng, who, staff
        self.at, self.today = at, at.date()
        self.version = FIRST_VERSION + (at - started).days // DAYS_A_VERSION
        self._promised: date | None = None

    def __missing__(self, name: str) -> str:
        if name[0].isupper():
            plain_one = self[name.lower()]
            value = plain_one[:1].upper() + plain_one[1:]
        else:
            value = MAKERS[name](self)
        self[name] = value
        return value

    def say_on(self, day: date) -> None:
        """Go on to another day: what was promised for a day that is over is promised anew."""
        self.today = day
        self.pop("weekday_today", None)
        if self._promised is not None and self._promised <= day:
            self._promised = None
            for name in ("nextday", "nextday_short", "slot"):
                self.pop(name, None)

    def promised(self) -> date:
        """A working day soon after today."""
        if self._promised is None:
            day = self.today + timedelta(days=self.rng.choice((1, 2, 2, 3, 4)))
            while day.weekday() > 4:
                day += timedelta(days=1)
            self._promised = day
        return self._promised

    def number(self, lowest: int, highest: int) -> str:
        return str(self.rng.randint(lowest, highest))

    def one_of(self, choices: tuple[str, ...] | list[str]) -> str:
        return self.rng.choice(choices)

    def other_than(self, name: str, make: Callable[[], str]) -> str:
        """Another value than the fact `name` has."""
        while (value := make()) == self[name]:
            pass
        return value

    def named(self, kind: str) -> str:
        """One from a list of texts/names.toml."""
        return self.one_of(read("names")[kind])

    def colleague(self) -> str:
        home = self.who.organization
        if home and len(home.people) > 1:
            names = [person.name for person in self.rng.sample(home.people, min(2, len(home.people)))]
            return names[0] if names[0] != self.who.name else names[-1]
        culture = self.rng.choice(read("names")["culture"])
        return f"{self.one_of(culture['first'])} {self.one_of(culture['last'])}"

    def promise(self) -> str:
        day = self.promised()
        return f"{day:%A}, {day.day} {day:%B}" if self.rng.random() < 0.35 else f"{day:%A}"

    def past_day(self, nearest: int, farthest: int) -> date:
        return self.at.date() - timedelta(days=self.rng.randint(nearest, farthest))


def _we(for_many: str, for_one: str) -> Callable[[Facts], str]:
    return lambda facts: for_many if facts.who.organization else for_one


def _between(lowest: int, highest: int) -> Callable[[Facts], str]:
    return lambda facts: facts.number(lowest, highest)


def _any(choices: tuple[str, ...]) -> Callable[[Facts], str]:
    return lambda facts: facts.one_of(choices)


def _bikes(facts: Facts) -> str:
    """As many in a row as {count} says."""
    first = facts.rng.randint(1040, 9900)
    return f"VL-{first} to VL-{first + WORDS.index(facts['count']) + 1}"


def _amount(facts: Facts, lowest: int, highest: int) -> str:
    return f"€ {facts.rng.randint(lowest, highest)}.{facts.one_of(('00', '50', '90', '95', '40', '15'))}"


def _alias(facts: Facts) -> str:
    given, *more = plain(facts.who.email.split("@")[0], joint=" ").split()
    return (
        f"{given}{more[-1][:1] if more else ''}{facts.rng.randint(60, 99)}@{facts.named('private_domains')}"
    )


def _tracking(facts: Facts) -> str:
    return "JX " + " ".join(f"{facts.rng.randrange(10_000):04}" for _ in range(3))


def _code(facts: Facts) -> str:
    return f"{facts.one_of(('SPRING', 'VELO', 'HELLO', 'CARGO'))}-" + "".join(
        facts.rng.choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZO") for _ in range(4)
    )


MAKERS: dict[str, Callable[[Facts], str]] = {
    # who speaks
    "me": lambda facts: facts.who.name,
    "first": lambda facts: facts.who.first,
    "family": lambda facts: facts.who.name.split()[-1],
    "email": lambda facts: facts.who.email,
    "alias": _alias,
    "org": lambda facts: facts.who.organization.name if facts.who.organization else facts.who.name,
    "org_or_them": lambda facts: facts.who.organization.name if facts.who.organization else "them",
    "colleague": Facts.colleague,
    "we": _we("we", "I"),
    "us": _we("us", "me"),
    "our": _we("our", "my"),
    "ours": _we("ours", "mine"),
    "ourselves": _we("ourselves", "myself"),
    "weare": _we("we are", "I am"),
    "arelooking": _we("are looking", "am looking"),
    # where
    "city": lambda facts: facts.who.city,
    "street": lambda facts: f"{facts.one_of(facts.who.streets)} {facts.number(1, 140)}",
    "depot": lambda facts: facts.named("depots"),
    "place": lambda facts: facts.named("places"),
    "workshop": lambda facts: facts.named("workshops"),
    # when
    "daytime": lambda facts: ("morning", "afternoon", "evening")[
        (facts.at.hour >= 12) + (facts.at.hour >= 18)
    ],
    "clock": lambda facts: f"{facts.at:%H:%M}",
    "weekday": lambda facts: f"{facts.past_day(1, 5):%A}",
    "weekday_today": lambda facts: f"{facts.today:%A}",
    "date": lambda facts: f"{(day := facts.past_day(3, 16)).day} {day:%B}",
    "month": lambda facts: f"{facts.past_day(40, 300):%B}",
    "month_next": lambda facts: f"{facts.past_day(-120, -35):%B}",
    "nextday": Facts.promise,
    "nextday_short": lambda facts: f"{facts.promised():%A}",
    "slot": _any(SLOTS),
    # bikes
    "model": _any(MODELS),
    "bike": lambda facts: f"VL-{facts.number(1040, 9960)}",
    "other_bike": lambda facts: facts.other_than("bike", lambda: f"VL-{facts.number(1040, 9960)}"),
    "bikes": _bikes,
    "error": lambda facts: f"0x{facts.rng.randint(16, 95):02X}",
    "version": lambda facts: f"{facts.version // 10}.{facts.version % 10}",
    "version_next": lambda facts: f"{facts.version // 10}.{facts.version % 10}.1",
    "phone": _any(PHONES),
    "passengers": lambda facts: facts.one_of(FREIGHT if facts.who.organization else PASSENGERS),
    # orders and money
    "order": lambda facts: f"VO-{facts.number(10_200, 98_900)}",
    "other_order": lambda facts: facts.other_than("order", lambda: f"VO-{facts.number(10_200, 98_900)}"),
    "part": _any(PARTS),
    "accessory": _any(ACCESSORIES),
    "accessory_plural": lambda facts: f"{facts['accessory']}s",
    "missing": _any(MISSING),
    "tracking": _tracking,
    "invoice": lambda facts: f"VR-{facts.past_day(5, 60):%Y}-{facts.number(1_040, 9_980)}",
    "invoice_short": lambda facts: facts["invoice"].rsplit("-", 1)[1],
    "contract": lambda facts: f"FL-{facts.number(1_010, 4_990)}",
    "amount": lambda facts: _amount(facts, 49, 480),
    "price": lambda facts: f"€ {facts.rng.randint(72, 248)}0",
    "amount_small": lambda facts: _amount(facts, 6, 38),
    "voucher": _code,
    "voucher2": _code,
    "country": _any(COUNTRIES),
    # plain numbers
    "days": _any(WORDS[1:8]),
    "weeks": _any(WORDS[4:]),
    "count": _any(WORDS[3:]),
    "few": _any(WORDS[:3]),
    "digit": _between(2, 7),
    "number": _between(4, 24),
    "many": _between(45, 140),
    "months": _any(("24", "36", "48")),
    "percent": _between(38, 93),
    "left": _between(31, 78),
    "km": _between(14, 32),
    "km_more": lambda facts: str(int(facts["km"]) + facts.rng.randint(8, 15)),
    "km_low": lambda facts: f"{facts.rng.randint(25, 90)}0",
    "mileage": lambda facts: f"{facts.rng.randint(1_200, 19_800):,}",
    "minutes": _between(8, 25),
    "speed": _between(11, 18),
    "cycles": _between(210, 640),
    "height": _between(10, 21),
    "kb": _between(120, 940),
    "stock": _between(2, 14),
    "pin": _between(1_002, 9_998),
    "serial": _between(104_000, 998_000),
    "serial_short": _between(1_020, 9_870),
    "serial_tiny": _between(110, 980),
}
"""How each fact is made. {agent}, {other}, {lead} and {team} come with the people."""
