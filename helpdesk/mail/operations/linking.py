"""Letters with a link that works: minted at this very moment, and readable only in what is returned."""

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.audit.entries import AuditEntry
from helpdesk.audit.listener import collect
from helpdesk.audit.models import AuditAction
from helpdesk.core.db import db
from helpdesk.core.errors import Refused
from helpdesk.identity.models import TokenPurpose
from helpdesk.identity.operations.tokens import mint
from helpdesk.mail.links import ONE_TIME, key_link, token_link
from helpdesk.mail.models import OutboxRecipient
from helpdesk.mail.policy import can_copy_link
from helpdesk.mail.rendering import Letter, render
from helpdesk.settings.catalogue import Desk, load_desk
from helpdesk.tickets.models import RecipientKind
from helpdesk.tickets.operations.keys import mint_key


def render_for_sending(recipient: OutboxRecipient) -> Letter:
    """The letter as it goes out."""
    desk = load_desk()
    return render(recipient, desk=desk, secret_link=new_link(recipient, desk))


def copy_link(recipient: OutboxRecipient, *, by: User) -> str:
    """A new link for a customer whose mail does not arrive; the audit trail keeps who took it. Raises Refused."""
    if not can_copy_link(by, recipient):
        raise Refused("A link can be copied for customers only, and only while it is of use to them.")
    taken = AuditEntry(
        table_name="outbox_recipients",
        record_id=recipient.id,
        ticket_id=None,
        action=AuditAction.READ,
        changes={"link_for": [None, recipient.user_id], "purpose": [None, recipient.message.purpose.value]},
    )
    collect(db.session(), [taken])
    return new_link(recipient, load_desk())


def emergency_link(address: EmailAddress) -> str:
    """A link for whoever sits at the console, staff included: to choose a password, and with it prove the address.

    The audit trail keeps for whom. Raises Refused for somebody who may not sign in.
    """
    person = address.user
    if not person.is_active or person.anonymised_at is not None or person.is_system:
        raise Refused(f"{address.email} is deactivated: nobody signs in with it.")
    purpose = TokenPurpose.RESET_PASSWORD if address.verified_at else TokenPurpose.INVITATION
    taken = AuditEntry(
        table_name="users",
        record_id=person.id,
        ticket_id=None,
        action=AuditAction.READ,
        changes={"link_for": [None, person.id], "purpose": [None, purpose.value]},
    )
    collect(db.session(), [taken])
    return token_link(load_desk(), purpose, mint(purpose, person=person, address=address))


def new_link(recipient: OutboxRecipient, desk: Desk) -> str:
    """A secret link for this letter, minted now; empty where it has none."""
    message, person, address = recipient.message, recipient.user, recipient.address
    if purpose := ONE_TIME.get(message.purpose):
        token = mint(purpose, person=person, address=address, guest_request_id=message.guest_request_id)
        return token_link(desk, purpose, token)
    if message.ticket is None or address is None or person.is_staff or recipient.kind is RecipientKind.BCC:
        return ""
    return key_link(desk, mint_key(message.ticket, person=person, address=address))
