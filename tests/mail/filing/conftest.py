"""A mailbox mails arrive in."""

import pytest
from sqlalchemy.orm import Session

from helpdesk.mail.models import Mailbox
from tests.support.letters import a_mailbox


@pytest.fixture
def mailbox(work: Session) -> Mailbox:
    return a_mailbox()
