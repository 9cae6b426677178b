"""How pages look to who reads them: theme and density as attributes of the page, people's pictures as addresses."""

from collections.abc import Mapping

from flask import Flask, g, has_request_context, url_for
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.accounts.models import User
from helpdesk.accounts.preferences import Density, Preferences, Theme, preferences_of
from helpdesk.accounts.shortcuts import keys_of

DIGITS = 12


def chosen() -> Preferences | None:
    """What staff chose, if the doorway has loaded them: an error page asks no database. None for everybody else."""
    person = g.get("person") if has_request_context() else None
    try:
        return preferences_of(person) if person is not None and person.is_staff else None
    except SQLAlchemyError:  # a broken transaction cannot reload the person; the page still has to appear
        return None


def appearance() -> dict[str, str]:
    """Attributes of <html>. `data-chosen` tells the script that the server has decided: nothing changes after it."""
    preferences = chosen()
    if preferences is None:
        return {}
    attributes = {"data-chosen": ""}
    if preferences.theme is not Theme.SYSTEM:
        attributes["data-theme"] = preferences.theme.value
    if preferences.density is not Density.COMFORTABLE:
        attributes["data-density"] = preferences.density.value
    if preferences.has_shortcuts:
        attributes["data-keys"] = ""  # static/js/keys.js listens
    return attributes


def keys() -> Mapping[str, str]:
    """The keys of who reads the page, by act; none for who has none, or switched them off."""
    if "keys" not in g:
        preferences = chosen()
        g.keys = keys_of(g.person) if preferences is not None and preferences.has_shortcuts else {}
    found: Mapping[str, str] = g.keys
    return found


def key_of(act: str) -> str:
    """What is written on a page beside an act: its key, or nothing."""
    return keys().get(act, "")


def picture_url(person: User) -> str | None:
    """Where a person's picture is; None for those who have none."""
    return picture_address(person.id, person.picture_sha256)


def picture_address(person_id: int, sha256: str | None) -> str | None:
    """The same for statements that have no object; another picture has another address."""
    if sha256 is None:
        return None
    return url_for("agents.pictures.show", person_id=person_id, v=sha256[:DIGITS])


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(appearance=appearance, keys=keys, key_of=key_of)
    app.jinja_env.filters.update(picture_url=picture_url)
