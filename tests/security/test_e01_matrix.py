"""E01, E06: every route × who asks from outside × whose it is. Foreign looks like missing; refusals change nothing."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection

from tests.security.actors import OUTSIDERS
from tests.security.routes import ROUTES
from tests.security.things import world
from tests.security.trying import try_everything
from tests.support.real_desk import RealDesk


@pytest.fixture
def desk(app: Flask, transaction: Connection) -> RealDesk:
    return RealDesk(app)


@pytest.fixture
def places(desk: RealDesk) -> Mapping[str, Any]:
    return world(desk)


def test_every_route_is_classified(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert known - ROUTES.keys() == set(), "say in tests/security/routes.py who may pass there"
    assert ROUTES.keys() - known == set(), "tests/security/routes.py names what is no more"


@pytest.mark.parametrize("actor", OUTSIDERS)
def test_everybody_gets_what_is_theirs_and_nothing_else(
    app: Flask, desk: RealDesk, places: Mapping[str, Any], transaction: Connection, actor: str
) -> None:
    try_everything(app, desk, places, transaction, actor)
