"""Who people are to the tests of accounts: roles by name, and a second administrator."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Role, User
from helpdesk.accounts.operations.changing_roles import change_role
from helpdesk.accounts.permissions import ADMIN, AGENT
from helpdesk.core.current import SYSTEM_USER_ID


@pytest.fixture
def role(work: Session) -> Callable[[str], Role]:
    """`role(AGENT)`."""
    return lambda name: work.scalars(select(Role).where(Role.name == name)).one()


@pytest.fixture
def agent_role(role: Callable[[str], Role]) -> Role:
    return role(AGENT)


@pytest.fixture
def admin_role(role: Callable[[str], Role]) -> Role:
    return role(ADMIN)


@pytest.fixture
def system(work: Session) -> User:
    """The account that acts where nobody does."""
    return work.get_one(User, SYSTEM_USER_ID)


@pytest.fixture
def ben_too(ben: User, ada: User, admin_role: Role) -> User:
    """Ben, who is an administrator beside Ada."""
    change_role(ben, to=admin_role, by=ada)
    return ben
