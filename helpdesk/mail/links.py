"""The addresses that stand in mails: always below the desk's own address, never below what a request claimed."""

from collections.abc import Mapping

from helpdesk.core.configuration import configuration
from helpdesk.identity.models import TokenPurpose
from helpdesk.mail.models import MailPurpose
from helpdesk.settings.catalogue import Desk
from helpdesk.tickets.models import Ticket

ONE_TIME: Mapping[MailPurpose, TokenPurpose] = {
    MailPurpose.CONFIRM_EMAIL: TokenPurpose.CONFIRM_EMAIL,
    MailPurpose.INVITATION: TokenPurpose.INVITATION,
    MailPurpose.RESET_PASSWORD: TokenPurpose.RESET_PASSWORD,
    MailPurpose.MAGIC_LINK: TokenPurpose.MAGIC_LINK,
    MailPurpose.CONFIRM_REQUEST: TokenPurpose.CONFIRM_REQUEST,
    MailPurpose.CONFIRM_ADDRESS: TokenPurpose.CONFIRM_ADDRESS,
}
"""Which mails carry a link that works once."""

PAGES: Mapping[TokenPurpose, str] = {
    TokenPurpose.CONFIRM_EMAIL: "/confirm/",
    TokenPurpose.INVITATION: "/invitation/",
    TokenPurpose.RESET_PASSWORD: "/reset/",
    TokenPurpose.MAGIC_LINK: "/login/link/",
    TokenPurpose.CONFIRM_REQUEST: "/ask/confirm/",
    TokenPurpose.CONFIRM_ADDRESS: "/address/",
}


def base_url(desk: Desk) -> str:
    """Where people reach the desk: as the environment says, else the administrator, else the listening address."""
    config = configuration()
    return config.base_url or desk.base_url.rstrip("/") or config.listen_url


def token_link(desk: Desk, purpose: TokenPurpose, token: str) -> str:
    """The page on which a one-time token is used."""
    return f"{base_url(desk)}{PAGES[purpose]}{token}"


def ticket_link(desk: Desk, ticket: Ticket) -> str:
    """The ticket as staff see it."""
    return f"{base_url(desk)}/agent/tickets/{ticket.ticket_number}"


def key_link(desk: Desk, key: str) -> str:
    """Where a customer's key to one ticket is taken."""
    return f"{base_url(desk)}/open/{key}"


def sign_in_link(desk: Desk) -> str:
    """Where everybody comes in."""
    return f"{base_url(desk)}/login"


def recovery_link(desk: Desk) -> str:
    """Where a forgotten password is replaced."""
    return f"{base_url(desk)}/recover"
