"""Whose mail it is that is handed in: a mailbox by one of its addresses."""

from sqlalchemy import or_, select

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.core.db import db
from helpdesk.mail.models import Mailbox


def mailbox_for(address: str) -> Mailbox | None:
    """The mailbox with this address or alias, whatever stands behind its plus; switched off or not."""
    try:
        key = email_key(address)
    except NotAnAddress:
        return None
    local, _, domain = key.rpartition("@")
    keys = [key, f"{local.partition('+')[0]}@{domain}"]
    found = select(Mailbox).where(or_(Mailbox.address_key.in_(keys), Mailbox.aliases.overlap(keys)))
    # support+sales@ may be a mailbox of its own
    exact_first = found.order_by((Mailbox.address_key == key).desc(), Mailbox.id).limit(1)
    return db.session.scalars(exact_first).one_or_none()
