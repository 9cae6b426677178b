"""E01, E06: every route × who works here × whose ticket it is: other teams' tickets are as good as missing."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from tests.security.actors import STAFF
from tests.security.things import world
from tests.security.trying import try_everything
from tests.support.real_desk import RealDesk


@pytest.fixture
def desk(app: Flask, transaction: Connection) -> RealDesk:
    return RealDesk(app)


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, Any]:
    return world(desk)


@pytest.mark.parametrize("actor", STAFF)
def test_staff_do_and_see_what_their_role_permits(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection, actor: str
) -> None:
    try_everything(app, desk, places, transaction, actor)
