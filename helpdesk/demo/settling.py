"""The people of a demo desk move in: organizations, users with addresses, teams, tags, and the desk's own settings."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    SQLColumnExpression,
    Text,
    any_,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from helpdesk.accounts.models import EmailAddress, Role, Team, User, team_members
from helpdesk.accounts.models import Organization as OrganizationRow
from helpdesk.accounts.permissions import ADMIN, AGENT
from helpdesk.audit.entries import snapshot
from helpdesk.audit.models import AuditAction, Audited
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.core.errors import Conflict
from helpdesk.demo.copying import Tables
from helpdesk.demo.lives import EXTRA_TAGS
from helpdesk.demo.people import Cast, Organization, Person
from helpdesk.demo.refusals import stored_desk
from helpdesk.demo.rows import COLUMNS, Rows
from helpdesk.demo.stories import TEAMS, all_stories, read
from helpdesk.settings.models import Setting
from helpdesk.tickets.models import Tag

COLORS = ("#3d5a80", "#2a7f62", "#8a5a00", "#a23b52", "#5b4b8a", "#1f7a8c", "#6b6b6b", "#7a5c3e")


class AddressTaken(Conflict):
    """A real person has an address the demo needs."""


class Settling:
    """Writes the cast on a connection of the owner role; whoever is there from an earlier demo is found again."""

    def __init__(
        self,
        connection: Connection,
        tables: Tables,
        rng: Random,
        *,
        now: datetime,
        password_hash: str | None,
        via: Via,
    ) -> None:
        self.connection, self.tables, self.rng = connection, tables, rng
        self.now, self.password_hash, self.via = now, password_hash, via
        self.rows = Rows()
        self.request_id = f"{rng.getrandbits(128):032x}"

    def settle(self, cast: Cast) -> None:
        """Everybody gets an id; new ones get rows."""
        self._organizations(cast.organizations)
        self._people(list(cast.everybody()))
        self.tables.write(self.rows)
        self.rows = Rows()

    def teams(self, cast: Cast) -> dict[str, int]:
        """The ids of the teams by name, with their members."""
        start = cast.admin.created
        ids = self._named(Team, TEAMS, start)
        known = {
            tuple(row)
            for row in self.connection.execute(select(team_members.c.team_id, team_members.c.user_id))
        }
        for name, team_id in ids.items():
            for agent in cast.members(name):
                if (team_id, agent.id) not in known:
                    self.rows.add("team_members", (team_id, agent.id, _moment(start)))
        self.tables.write(self.rows)
        self.rows = Rows()
        return ids

    def tags(self, cast: Cast) -> dict[str, int]:
        """The ids of the tags by name."""
        names = sorted({*EXTRA_TAGS, *(tag for story in all_stories() for tag in story.tags)})
        ids = self._named(Tag, names, cast.admin.created)
        self.tables.write(self.rows)
        self.rows = Rows()
        return ids

    def remember(self, **settings: Any) -> None:
        """Store settings of the desk, as a change by the system."""
        for name, value in settings.items():
            old = self.connection.scalar(select(Setting.value).where(Setting.name == name))
            row = insert(Setting).values(name=name, value=value, created_at=self.now, updated_at=self.now)
            changed = row.on_conflict_do_update(
                index_elements=[Setting.name], set_={"value": value, "updated_at": self.now}
            )
            setting_id = self.connection.scalar(changed.returning(Setting.id))
            action = AuditAction.INSERT if old is None else AuditAction.UPDATE
            pairs = {"value": [old, value]} | ({"name": [None, name]} if old is None else {})
            self._log("settings", setting_id or 0, action, pairs, self.now)
        self.tables.write(self.rows)
        self.rows = Rows()

    def tell_of(self, model: type[Audited], values: Mapping[str, Any]) -> None:
        """The audit row of a row that was just written."""
        table: str = model.__tablename__  # type: ignore[attr-defined]  # Audited models have one
        self._log(
            table, values["id"], AuditAction.INSERT, snapshot(model, values, AuditAction.INSERT), self.now
        )
        self.tables.write(self.rows)
        self.rows = Rows()

    def _organizations(self, organizations: Iterable[Organization]) -> None:
        wanted = {home.name.lower(): home for home in organizations}
        key = func.lower(OrganizationRow.name)
        for row in self.connection.execute(select(OrganizationRow.id, key).where(_is_one_of(key, wanted))):
            wanted.pop(row[1]).id = row[0]
        for home, new_id in zip(
            wanted.values(), self.tables.take_ids("organizations", len(wanted)), strict=True
        ):
            home.id = new_id
            at = _moment(home.created or self.now.timestamp())
            values = {"id": home.id, "name": home.name, "domains": [home.domain], "sharing": home.sharing}
            values["notes"] = _remark("organizations", home.name, home.name, one_in=2)
            self._add(OrganizationRow, values, at)

    def _people(self, people: list[Person]) -> None:
        by_address = {person.email: person for person in people}
        key = EmailAddress.email_key
        known = select(EmailAddress.user_id, key).where(_is_one_of(key, by_address))
        for row in self.connection.execute(known).all():
            self._meet_again(by_address.pop(row[1]), row[0])
        new = list(by_address.values())
        roles: dict[str, int] = {
            name: role for role, name in self.connection.execute(select(Role.id, Role.name))
        }
        user_ids, address_ids = (
            self.tables.take_ids(table, len(new)) for table in ("users", "email_addresses")
        )
        for person, user_id, address_id in zip(new, user_ids, address_ids, strict=True):
            person.id = user_id
            self._add_person(person, address_id, roles)

    def _meet_again(self, person: Person, user_id: int) -> None:
        """Known from an earlier demo; a real person of that address is left alone."""
        person.id = user_id
        if person.has_password:
            if user_id not in stored_desk(self.connection).demo_user_ids:
                raise AddressTaken(
                    f"Somebody has the address {person.email}, which the demo needs for a sign-in."
                )
            self.connection.execute(
                update(User)
                .where(User.id == user_id)
                .values(password_hash=self.password_hash, is_active=True)
            )

    def _add_person(self, person: Person, address_id: int, roles: Mapping[str, int]) -> None:
        at = _moment(person.created)
        home, is_staff = person.organization, person.is_staff
        values = {
            "id": person.id,
            "full_name": person.name,
            "password_hash": self.password_hash if person.has_password else None,
            "is_active": True,
            "is_staff": is_staff,
            "is_system": False,
            "role_id": roles[ADMIN if person.is_admin else AGENT] if is_staff else None,
            "time_zone": person.zone,
            "organization_id": home.id if home else None,
            "organization_role": ("manager" if person.is_manager else "member") if home else None,
            "last_login": self.now - timedelta(hours=self.rng.expovariate(1 / 20)) if person.teams else None,
            "notes": "" if is_staff else _remark("people", person.email, person.first, one_in=12),
            "signature": f"{person.name}\nVelorna {person.teams[0]}" if person.teams else "",
        }
        self._add(User, values, at)
        is_verified = person.has_password or self.rng.random() < 0.85
        address = {
            "id": address_id,
            "user_id": person.id,
            "email": person.email,
            "email_key": person.email,
            "verified_at": at if is_verified else None,
            "is_primary": True,
        }
        self._add(EmailAddress, address, at)

    def _named(self, model: type[Team] | type[Tag], names: Iterable[str], at: float) -> dict[str, int]:
        wanted = {name.lower(): name for name in names}
        key = func.lower(model.name)
        known = {
            row[1]: row[0] for row in self.connection.execute(select(model.id, key).where(key.in_(wanted)))
        }
        new = [name for lower, name in wanted.items() if lower not in known]
        ids = self.tables.take_ids(model.__tablename__, len(new))
        for number, (name, new_id) in enumerate(zip(new, ids, strict=True)):
            color = {"color": COLORS[number % len(COLORS)]} if model is Tag else {}
            self._add(model, {"id": new_id, "name": name} | color, _moment(at))
            known[name.lower()] = new_id
        return {name: known[lower] for lower, name in wanted.items()}

    def _add(self, model: type[Audited], values: dict[str, Any], at: datetime) -> None:
        """A row and its audit row."""
        table: str = model.__tablename__  # type: ignore[attr-defined]  # Audited models have one
        full = values | {"created_at": at, "updated_at": at}
        self.rows.add(table, tuple(full[column] for column in COLUMNS[table]))
        self._log(table, values["id"], AuditAction.INSERT, snapshot(model, full, AuditAction.INSERT), at)

    def _log(self, table: str, record_id: int, action: AuditAction, changes: Any, at: datetime) -> None:
        self.rows.add(
            "audit_logs",
            (
                at,
                table,
                record_id,
                None,
                action.value,
                SYSTEM_USER_ID,
                self.via.value,
                None,
                self.request_id,
                json.dumps(changes),
            ),
        )


def _remark(about: str, key: str, name: str, *, one_in: int) -> str:
    """What staff have noted, if anything; the same for the same key, whatever else is made."""
    own = Random(key)
    return str(own.choice(read("remarks")[about])).format(name=name) if own.randrange(one_in) == 0 else ""


def _is_one_of(column: SQLColumnExpression[str], values: Iterable[str]) -> ColumnElement[bool]:
    """As one parameter: a statement may have 65,535, and a large desk has more people."""
    return column == any_(literal(list(values), ARRAY(Text)))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
