"""Addresses as an administrator keeps them for somebody: given, confirmed by hand, made the one we write to, taken."""

from helpdesk.accounts.events import AddressGiven
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.accounts.operations.addresses import claim, confirm, give_up, make_primary, owned
from helpdesk.accounts.operations.registering import AddressTaken
from helpdesk.accounts.operations.touching import refuse_to_touch
from helpdesk.accounts.permissions import Permission
from helpdesk.core.errors import Conflict, Refused
from helpdesk.core.events import publish


class TooManyClaims(Conflict):
    """As many addresses wait to be confirmed as may."""


class NotConfirmed(Conflict):
    """Nobody has proven that the address is theirs."""


def refuse_to_speak_for(person: User, *, by: User) -> None:
    """Who holds somebody's addresses can become them: raise Refused for a person who may more than `by`."""
    refuse_to_touch(person)
    if not by.is_system and not all(by.may(Permission(each)) for each in person.permissions):
        raise Refused(
            f"{person.name} may do more than you may. Ask an administrator to keep these addresses."
        )


def give_address(person: User, *, email: str, by: User) -> EmailAddress:
    """One more address, and a mail to it that asks for a confirmation; until then it gives its person nothing.

    Raises Untouchable, Refused, NotAnAddress, AddressTaken, TooManyClaims.
    """
    refuse_to_speak_for(person, by=by)
    known = owned(email)
    if known is not None:
        raise AddressTaken(f"{known.user.name} has the address {known.email} already.")
    given = claim(person, email=email)
    if given is None:
        raise TooManyClaims(
            f"Too many addresses of {person.name} wait to be confirmed. Remove one of them first."
        )
    publish(AddressGiven(person, given, by=by))
    return given


def ask_again(address: EmailAddress, *, by: User) -> None:
    """Mail another link to an address that waits to be confirmed. Raises Untouchable, Refused, Conflict."""
    refuse_to_speak_for(address.user, by=by)
    if address.verified_at is not None:
        raise Conflict(f"{address.email} is confirmed already.")
    publish(AddressGiven(address.user, address, by=by))


def confirm_by_hand(address: EmailAddress, *, by: User) -> None:
    """Hold it for proven, because somebody proved it otherwise. Raises Untouchable and Refused."""
    refuse_to_speak_for(address.user, by=by)
    confirm(address)


def write_to(address: EmailAddress, *, by: User) -> None:
    """Make it the one we write to. Raises Untouchable, Refused, NotConfirmed."""
    refuse_to_speak_for(address.user, by=by)
    if address.verified_at is None:
        raise NotConfirmed(f"Nobody has confirmed {address.email} yet. We write to confirmed addresses only.")
    make_primary(address)


def take_address(address: EmailAddress, *, by: User) -> None:
    """Take it away from its person. Raises Untouchable, Refused, NotRemovable for the one we write to."""
    refuse_to_speak_for(address.user, by=by)
    give_up(address)
