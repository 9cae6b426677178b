"""How many statements the portal's smaller pages cost, all included, to somebody who comes back after a while."""

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Organization, OrganizationRole, Sharing
from helpdesk.core.db import db
from tests.conftest import person_named
from tests.support.statements import counted_statements
from tests.web.customers.conftest import cold_get

CEILINGS = {
    "/portal/tickets": 6,
    "/portal/tickets?q=question": 6,
    "/portal/tickets?show=solved&sort=oldest": 6,
    "/portal/tickets/new": 6,
    "/portal/tickets/{}": 9,
    "/portal/tickets/{}/print": 7,
    "/portal/receipts/{}": 7,
    "/portal/organization?q=question": 6,
    "/portal/colleagues?q=carl&sort=-name": 6,
}


@pytest.mark.parametrize("path", CEILINGS)
def test_of_a_manager_whose_organization_shares(as_carl, asked, acting, cold, path):
    number = asked("carl", "A question")
    with acting("ada"):
        person_named("carl").organization_role = OrganizationRole.MANAGER
        db.session.scalars(select(Organization)).one().sharing = Sharing.MANAGERS

    with counted_statements() as seen:
        page = cold_get(cold, as_carl, path.format(number), seen)

    assert page.status == 200
    assert len(seen) <= CEILINGS[path], seen


def test_of_somebody_who_is_asked_to_join(as_olga, asked, acting, cold):
    asked("olga")
    with acting("ada"):
        person_named("olga").invited_to_id = person_named("carl").organization_id

    with counted_statements() as seen:
        page = cold_get(cold, as_olga, "/portal/tickets", seen)

    assert "invites you to join" in page.text
    assert len(seen) <= CEILINGS["/portal/tickets"], seen
