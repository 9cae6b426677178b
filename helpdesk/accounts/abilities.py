"""What a person may do at all, and why: the policy itself is asked, about somebody who remembers what it looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from helpdesk.accounts import policy
from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission


@dataclass(frozen=True, slots=True)
class Fact:
    """What the policy looked at, and what it found: a permission and whether they have it, or a column's value."""

    about: Permission | str
    found: Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a person may, and what that followed from, in the order in which it was asked."""

    ability: str
    may: bool
    facts: Sequence[Fact]

    @property
    def permissions(self) -> list[Permission]:
        """Those that decided: for a yes the ones they have, for a no the ones they lack."""
        asked = [fact for fact in self.facts if isinstance(fact.about, Permission)]
        return [Permission(fact.about) for fact in asked if fact.found is self.may]


class Witness:
    """Stands before the policy in a person's place. Every answer is the person's own."""

    def __init__(self, person: User) -> None:
        self._person = person
        self.facts: list[Fact] = []

    def may(self, permission: Permission) -> bool:
        found = self._person.may(permission)
        self.facts.append(Fact(permission, found))
        return found

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._person, name)
        self.facts.append(Fact(name, found))
        return found


def ask(ability: Callable[..., bool], person: User, *about: Any) -> Verdict:
    """What a predicate of the policy says of this person, and why."""
    witness = Witness(person)
    may = ability(cast(User, witness), *about)
    return Verdict(ability.__name__, may, tuple(witness.facts))


ABILITIES: tuple[Callable[[User], bool], ...] = (
    policy.can_note_about,
    policy.can_manage_people,
    policy.can_merge_people,
    policy.can_manage_desk,
    policy.can_read_audit,
    policy.can_manage_colleagues,
)
"""Every predicate about people that asks of nothing but who does it."""
