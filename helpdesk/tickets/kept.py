"""Statements that are built once and only given their values afterwards: to build one costs more than to run it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import BigInteger, BindParameter, bindparam

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import SIGHT, Permission

S = TypeVar("S")
P = ParamSpec("P")
SHAPING = SIGHT[-1] | {Permission.MANAGE_SHARED_VIEWS}
"""The rights by which statements differ: those to see tickets, and to have all views that are shared."""
_FORGETTERS: list[Callable[[], None]] = []


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as far as that shapes a statement: by which rules they see. Who they are is bound when it runs.

    It stands for a User where a statement is built, and knows nothing else of one: what is asked for beyond these
    fails there, instead of being kept for somebody else.
    """

    is_staff: bool
    is_active: bool
    is_anonymised: bool
    is_shared_with: bool
    rights: frozenset[Permission]

    @classmethod
    def like(cls, person: User) -> "Reader":
        return cls(
            is_staff=person.is_staff,
            is_active=person.is_active,
            is_anonymised=person.anonymised_at is not None,
            is_shared_with=not person.is_staff and person.shared_organization_id is not None,
            rights=frozenset(each for each in SHAPING if person.may(each)),
        )

    @property
    def id(self) -> BindParameter[int]:
        return bindparam("reader_id", type_=BigInteger())

    @property
    def team_ids(self) -> BindParameter[int]:
        return bindparam("reader_team_ids", type_=BigInteger(), expanding=True)

    @property
    def shared_organization_id(self) -> BindParameter[int] | None:
        return bindparam("reader_organization_id", type_=BigInteger()) if self.is_shared_with else None

    @property
    def anonymised_at(self) -> bool | None:
        return True if self.is_anonymised else None

    def may(self, permission: Permission) -> bool:
        """Whether they have one of the rights that shape statements. Raises LookupError for any other."""
        if permission not in SHAPING:
            raise LookupError(f"{permission} shapes no statement that is kept")
        return permission in self.rights


def kept(build: Callable[Concatenate[User, P], S]) -> Callable[Concatenate[User, P], S]:
    """Keep what this builds for a person (and for what else it is told: few things, by names the code knows), for
    everybody who sees by the same rules; run it with `values_of` them.
    """
    remembering = cache(build)
    _FORGETTERS.append(remembering.cache_clear)
    known: Callable[Concatenate[User, P], S] = cast("Any", remembering)

    @wraps(build)
    def of(person: User, /, *more: P.args, **named: P.kwargs) -> S:
        return known(cast("User", Reader.like(person)), *more, **named)

    return of


def forget_statements() -> None:
    """Have all built anew: for whoever changes the rules themselves while the process runs, as some tests do."""
    for forget in _FORGETTERS:
        forget()


def values_of(person: User) -> Mapping[str, Any]:
    """What a kept statement is run with for this person."""
    values: dict[str, Any] = {"reader_id": person.id}
    if not person.is_staff:
        return {**values, "reader_organization_id": person.shared_organization_id}
    return {**values, "reader_team_ids": person.team_ids}
