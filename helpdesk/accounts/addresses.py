"""E-mail addresses: which text is one, and when two spellings mean the same mailbox."""

import email_validator
from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from helpdesk.core.errors import Unwelcome

# a desk inside a company may well live on a .local or .test domain
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


class NotAnAddress(Unwelcome):
    """The text is not an e-mail address; the sentence says why."""

    status = 422


def clean_email(text: str) -> str:
    """The address as it is kept and shown (RFC 5321, RFC 6531). Raises NotAnAddress."""
    return _validated(text).normalized


def email_key(text: str) -> str:
    """What two spellings of one address have in common: unique in the database. Raises NotAnAddress."""
    found = _validated(text)
    return f"{found.local_part.casefold()}@{(found.ascii_domain or found.domain).casefold()}"


def _validated(text: str) -> ValidatedEmail:
    try:
        return validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise NotAnAddress(f"This is not an e-mail address: {error}") from error
