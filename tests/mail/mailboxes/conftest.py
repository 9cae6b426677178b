"""A mailbox, and bytes of mails in the store."""

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.files.operations import save
from helpdesk.mail.models import Mailbox
from helpdesk.mail.operations.mailboxes import Identity, create_mailbox


@pytest.fixture
def mailbox(work: Session, ada: User) -> Mailbox:
    return create_mailbox(Identity(name="Support", address="help@desk.example"), by=ada)


@pytest.fixture
def stored(work: Session) -> Callable[[bytes], str]:
    """`stored(raw)` keeps these bytes and returns their digest."""
    return lambda raw: save(BytesIO(raw), filename="mail.eml").sha256
