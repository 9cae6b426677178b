"""E01: whoever sees few tickets does not learn from a refused bulk edit whose address that is."""

import pytest

from helpdesk.accounts.models import Role, RolePermission
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from tests.conftest import person_named


@pytest.mark.parametrize("address", ["carl@customer.example", "nobody-at-all@customer.example"])
def test_customers_are_as_absent_as_nobody(as_ben, acting, address):
    with acting("ada"):
        role = Role(name="Few", permissions=[RolePermission(permission=Permission.CHANGE_TICKETS)])
        db.session.add(role)
        db.session.flush()
        person_named("ben").role_id = role.id
        name = person_named("carl").full_name

    page = as_ben.get(f"/agent/bulk-edits/new?in=search&all=1&deed=assignee&value={address}")

    assert page.status == 422
    assert name not in page.text
    assert "is gone" in page.text
