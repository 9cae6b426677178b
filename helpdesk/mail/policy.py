"""Who may do what with letters in the outbox."""

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.mail.links import ONE_TIME
from helpdesk.mail.models import DeliveryState, MailPurpose, OutboxRecipient

LOST = (DeliveryState.FAILED, DeliveryState.BOUNCED)
"""No server took it, or one gave it back."""
UNTIL_VERIFIED = {MailPurpose.CONFIRM_EMAIL, MailPurpose.INVITATION, MailPurpose.CONFIRM_ADDRESS}


def can_copy_link(user: User, recipient: OutboxRecipient) -> bool:
    """Hand a customer their one-time link another way. Never one of staff: it would make somebody a colleague."""
    return (
        user.may(Permission.MANAGE_DESK)
        and recipient.message.purpose in ONE_TIME
        and not recipient.user.is_staff
        and is_still_wanted(recipient)
    )


def can_send_again(user: User, recipient: OutboxRecipient) -> bool:
    """It is lost, and the person would still want it. Answers are also the business of whoever answers tickets."""
    may = user.may(Permission.MANAGE_DESK) or (
        recipient.message.purpose is MailPurpose.TICKET_ANSWERED
        and user.is_staff
        and user.may(Permission.ANSWER_TICKETS)
    )
    return may and recipient.state in LOST and is_still_wanted(recipient)


def can_send_again_any(user: User) -> bool:
    """Send lost answers again, or say that somebody has seen to them: on each ticket they see."""
    return user.is_staff and user.may(Permission.ANSWER_TICKETS)


def is_still_wanted(recipient: OutboxRecipient) -> bool:
    """The person may still sign in, the address is still theirs, and the letter still has something to say."""
    person, address, message = recipient.user, recipient.address, recipient.message
    if not person.is_active or person.anonymised_at is not None:
        return False
    if address is None or address.user_id != person.id:
        return False
    if message.ticket is not None and message.ticket.deleted_at is not None:
        return False
    if message.comment is not None and message.comment.is_internal:
        return False
    if message.purpose is MailPurpose.CONFIRM_REQUEST and message.guest_request_id is None:
        return False  # the request is gone
    return message.purpose not in UNTIL_VERIFIED or address.verified_at is None
