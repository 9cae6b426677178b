"""Every setting of the desk: name, type and default in one typed table; read as one object, changed one by one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import JSONB

from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.settings.models import Setting


class BadSetting(Unwelcome):
    """A value the catalogue does not allow."""

    status = 422


@dataclass(frozen=True, slots=True)
class Desk:
    """The settings in force."""

    desk_name: str = "Helpdesk"
    base_url: str = ""
    """Where people reach the desk; HELPDESK_BASE_URL goes before it."""
    time_zone: str = "UTC"
    locale: str = "en"
    is_set_up: bool = False
    reopen_days: int = 14
    """For how many days after the end a customer may reopen their ticket."""
    answer_within_hours: int = 0
    """Within how many hours customers may expect a first answer; 0: the portal promises nothing."""
    allows_guests: bool = True
    """Whether people without an account may ask."""
    allows_sign_up: bool = True
    """Whether customers may make themselves an account."""
    accent_color: str = ""
    """The desk's own colour, #rrggbb; empty: ours."""
    logo_sha256: str = ""
    """The desk's picture beside its name, in the file store; empty: none."""
    footer: str = ""
    """What stands at the foot of the portal and of mails: plain text."""
    demo_user_ids: list[int] = field(default_factory=list)
    """People whose password everybody knows: they sign in only where nobody else reaches the server."""
    demo_tickets: list[list[int]] = field(default_factory=list)
    """First and last id of each run of tickets that `helpdesk demo` made."""


def desk_from(values: Mapping[str, Any] | None) -> Desk:
    """The settings from what is stored (None: nothing yet); unknown names of older versions are ignored."""
    known = {each.name for each in fields(Desk)}
    return Desk(**{name: value for name, value in (values or {}).items() if name in known})


def stored_settings() -> Select[tuple[Any]]:
    """All stored settings as one JSON object: also usable inside another statement."""
    return select(func.jsonb_object_agg(Setting.name, Setting.value, type_=JSONB))


def load_desk() -> Desk:
    """The settings in force. Costs one statement."""
    return desk_from(db.session.execute(stored_settings()).scalar_one())


def change_settings(**values: Any) -> None:
    """Change settings by name; a value equal to the default is stored as well, so that defaults may change later.

    Raises BadSetting for an unknown name, another type or a time zone that does not exist.
    """
    defaults = asdict(Desk())
    for name, value in values.items():
        if name not in defaults or type(value) is not type(defaults[name]):
            raise BadSetting(f"“{name}” cannot be set to “{value}”.")
        if name == "time_zone" and value not in available_timezones():
            raise BadSetting(f"There is no time zone “{value}”.")
        row = db.session.scalars(select(Setting).where(Setting.name == name)).one_or_none()
        if row is None:
            db.session.add(Setting(name=name, value=value))
        else:
            row.value = value
    db.session.flush()
