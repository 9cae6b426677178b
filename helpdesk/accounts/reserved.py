"""Addresses nobody can have because they are the desk's own: told here by the floors above, which know them."""

from collections.abc import Callable

from helpdesk.accounts.addresses import NotAnAddress

known: list[Callable[[str], bool]] = []


class Reserved(NotAnAddress):
    """The address is one of ours."""


def register(is_ours: Callable[[str], bool]) -> None:
    """Name a question that says of an address whether it is the desk's own."""
    known.append(is_ours)


def refuse_reserved(email: str) -> None:
    """Raise Reserved for an address of our own: whoever had it would get what we are written."""
    if any(is_ours(email) for is_ours in known):
        raise Reserved("This is an address of this desk: nobody can have it.")
