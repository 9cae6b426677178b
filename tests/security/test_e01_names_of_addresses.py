"""E01: whoever may not know of a person does not learn from a refused new ticket whose address that is."""

import pytest

from helpdesk.accounts.models import Role, RolePermission
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from tests.conftest import person_named

FORM = {"via": "phone", "title": "He called", "description": "It burns.", "priority": "medium"}


@pytest.fixture(autouse=True)
def few(acting):
    """Ben answers the tickets he has, and sees no others."""
    with acting("ada"):
        role = Role(name="Few", permissions=[RolePermission(permission=Permission.ANSWER_TICKETS)])
        db.session.add(role)
        db.session.flush()
        person_named("ben").role_id = role.id


@pytest.mark.parametrize(
    "wrong, name",
    [
        ({"requester": "carl@customer.example", "more_addresses": "c@c.example"}, "carl"),
        ({"requester": "new@else.example", "more_addresses": "carl@customer.example"}, "carl"),
        ({"requester": "new@else.example", "cc": "ada@desk.example"}, "ada"),
        ({"requester": "new@else.example", "cc": "carl@customer.example nonsense"}, "carl"),
    ],
)
def test_the_owner_of_a_known_address_is_not_named(as_ben, acting, wrong, name):
    with acting("ada"):
        owner = person_named(name).full_name

    page = as_ben.post("/agent/tickets", {**FORM, **wrong})

    assert page.status in (409, 422)
    assert owner not in page.text
