"""The worker and its console, for pages that have mails sent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.background.worker import run_waiting_jobs
from helpdesk.core.db import db
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.tokens import mint
from helpdesk.web.languages import PseudoDomain


class Console(str):
    """What the worker wrote."""

    @property
    def letters(self) -> list[tuple[str, str]]:
        """Address and subject of each mail."""
        return re.findall(r"^Mail to (?:.* <)?([^<>\s]+@[^<>\s]+?)>?: (.*)$", self, re.MULTILINE)

    @property
    def paths(self) -> list[str]:
        """The pages of our desk that stand in it."""
        return re.findall(r"^  http://desk\.example(/\S+)$", self, re.MULTILINE)


@pytest.fixture
def console(app: Flask, transaction: Connection, capsys: Any) -> Callable[[], Console]:
    """`console()` lets the worker do what waits, and is what it wrote."""

    def work() -> Console:
        capsys.readouterr()
        run_waiting_jobs(app)
        return Console(capsys.readouterr().out)

    return work


@pytest.fixture
def pseudo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every word of ours in the pseudo-language, for as long as the test runs."""
    with app.app_context():
        monkeypatch.setattr(app.extensions["babel"].instance, "domain_instance", PseudoDomain())


def token_for(person: User, purpose: TokenPurpose) -> str:
    """A token as a mail would carry it: for the person's primary address."""
    if purpose is TokenPurpose.SET_UP:
        return mint(purpose)
    address = db.session.scalars(select(EmailAddress).where(EmailAddress.user_id == person.id)).one()
    return mint(purpose, person=person, address=address)
