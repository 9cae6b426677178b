"""People with other roles, and what stands in the database after a deed on a page of the administration."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from helpdesk.accounts.models import EmailAddress, Role, RolePermission, User
from helpdesk.accounts.permissions import Permission
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.files.operations import save
from helpdesk.identity.models import SignInSession
from helpdesk.web.languages import PseudoDomain
from tests.conftest import person_named
from tests.support.browser import Browser


@pytest.fixture
def person_id(acting) -> Callable[[str], int]:
    """`person_id("ana")`."""

    def look(name: str) -> int:
        with acting("ada"):
            return person_named(name).id

    return look


@pytest.fixture
def role_id(acting) -> Callable[[str], int]:
    """`role_id(AGENT)`."""

    def look(name: str) -> int:
        with acting("ada"):
            return db.session.scalars(select(Role.id).where(Role.name == name)).one()

    return look


@pytest.fixture
def facts(acting) -> Callable[..., Any]:
    """`facts(User.id == 7, User.is_active, …)` are columns of a row as they are now."""

    def look(which: Any, *columns: Any) -> Any:
        with acting("ada"):
            found = db.session.execute(select(*columns).where(which)).one()
            return found[0] if len(columns) == 1 else tuple(found)

    return look


@pytest.fixture
def permitted(acting) -> Callable[..., None]:
    """`permitted("ana", Permission.MANAGE_PEOPLE)` gives a person a role with these permissions and no others."""

    def give(name: str, *permissions: Permission) -> None:
        with acting("ada"):
            role = Role(
                name=f"What {name} may", permissions=[RolePermission(permission=each) for each in permissions]
            )
            db.session.add(role)
            db.session.flush()
            person_named(name).role_id = role.id

    return give


@pytest.fixture
def crowd(acting) -> Callable[[int], None]:
    """`crowd(50)`: so many customers more, Person 00, Person 01 …"""

    def come(count: int) -> None:
        with acting("ada"):
            for number in range(count):
                email = f"person{number:02}@crowd.example"
                address = EmailAddress(email=email, email_key=email, verified_at=clock.now())
                db.session.add(User(full_name=f"Person {number:02}", addresses=[address]))

    return come


@pytest.fixture
def cold(acting) -> Callable[[Browser], Browser]:
    """The browser of somebody who comes back after a while: the next request also notes their presence."""

    def let_time_pass(browser: Browser) -> Browser:
        with acting("ada"):
            db.session.execute(update(SignInSession).values(last_seen_at=clock.now() - timedelta(hours=1)))
        return browser

    return let_time_pass


@pytest.fixture
def pseudo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text of ours that went through translation is bracketed."""
    with app.app_context():  # what is replaced is made at the first look
        monkeypatch.setattr(app.extensions["babel"].instance, "domain_instance", PseudoDomain())


@pytest.fixture
def blob(app: Flask) -> Callable[[bytes], str]:
    """`blob(raw)`, within `acting`, keeps these bytes and returns their digest."""
    return lambda raw: save(BytesIO(raw), filename="mail.eml").sha256
