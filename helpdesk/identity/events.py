"""What the flows of signing in ask of others, told in the same transaction."""

from dataclasses import dataclass

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.identity.models import TokenPurpose


@dataclass(frozen=True, slots=True)
class LinkRequested:
    """Somebody is to get a one-time link of this purpose at this address."""

    purpose: TokenPurpose
    person: User
    address: EmailAddress


@dataclass(frozen=True, slots=True)
class RegisteredAgain:
    """Somebody signed up with an address that has an account: its owner should know."""

    person: User
    address: EmailAddress


@dataclass(frozen=True, slots=True)
class SecondFactorAdded:
    """Somebody has one more thing to prove when they sign in."""

    person: User


@dataclass(frozen=True, slots=True)
class SecondFactorRemoved:
    """One thing less, or none any more; taken away by themselves or by somebody else."""

    person: User
    by: User


@dataclass(frozen=True, slots=True)
class LinksRevoked:
    """Somebody has another password, or signed out everywhere: no link they were mailed before opens anything."""

    person: User
