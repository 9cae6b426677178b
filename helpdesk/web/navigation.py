"""The parts a navigation is made of; each persona puts its own together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from helpdesk.accounts.models import User
from helpdesk.web.filters import person_tone


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: where it leads, and what is to be seen there."""

    label: str
    url: str
    icon: str = ""
    count: int | None = None
    is_current: bool = False
    is_alert: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the page, as the frame shows it."""

    name: str
    tone: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Navigation:
    """What the layouts show around a page."""

    home_url: str
    person: Reader | None = None
    queues: Sequence[Item] = field(default_factory=tuple)
    pages: Sequence[Item] = field(default_factory=tuple)
    sign_out_url: str = "/logout"


def reader(user: User, *, url: str | None = None) -> Reader:
    """The signed-in person for the frame."""
    return Reader(name=user.name, tone=person_tone(user.id), url=url)
