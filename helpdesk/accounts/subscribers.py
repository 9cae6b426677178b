"""What follows for people from what happens to their addresses."""

from helpdesk.accounts.events import AddressConfirmed
from helpdesk.accounts.operations.memberships import join_by_domain
from helpdesk.core.events import on


@on(AddressConfirmed)
def let_them_join_their_organization(event: AddressConfirmed) -> None:
    join_by_domain(event.person, event.address)
