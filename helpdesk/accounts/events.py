"""What happens to people, told to subscribers in the same transaction."""

from dataclasses import dataclass

from helpdesk.accounts.models import EmailAddress, Organization, Role, Team, User


@dataclass(frozen=True, slots=True)
class PersonInvited:
    """Somebody was asked to choose a password for an account made for them; also when asked again."""

    person: User
    address: EmailAddress
    by: User


@dataclass(frozen=True, slots=True)
class PersonDeactivated:
    """Somebody may no longer sign in; open tickets they have go to `tickets_to`, or to nobody."""

    person: User
    by: User
    tickets_to: User | None = None


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """Somebody may do more, less or other things than before; also from customer to staff and back."""

    person: User
    by: User


@dataclass(frozen=True, slots=True)
class SecondFactorDemanded:
    """Whoever has the role signs in with a second factor from now on."""

    role: Role
    by: User


@dataclass(frozen=True, slots=True)
class PeopleMerged:
    """Two accounts turned out to be one person: what was `person`'s goes to `into`."""

    person: User
    into: User
    by: User


@dataclass(frozen=True, slots=True)
class AddressConfirmed:
    """Somebody has proven that an address is theirs, by whichever way."""

    person: User
    address: EmailAddress


@dataclass(frozen=True, slots=True)
class AddressGiven:
    """An administrator says that an address is somebody's: it is asked for a confirmation; also when asked again."""

    person: User
    address: EmailAddress
    by: User


@dataclass(frozen=True, slots=True)
class AddressLeft:
    """An address is about to be deleted: nothing may be mailed to it any more, and no link mailed there works."""

    address: EmailAddress


@dataclass(frozen=True, slots=True)
class PersonAnonymised:
    """An account is about to be no more: whatever names the person goes, facts of tickets stay."""

    person: User
    by: User


@dataclass(frozen=True, slots=True)
class OrganizationDissolved:
    """An organization is about to go: whatever names it lets go of it."""

    organization: Organization
    by: User


@dataclass(frozen=True, slots=True)
class TeamDissolved:
    """A team is about to go: its open tickets go to `tickets_to`, or to no team."""

    team: Team
    by: User
    tickets_to: Team | None = None


@dataclass(frozen=True, slots=True)
class ColleagueInvited:
    """Somebody with an account of their own was asked to join an organization by one of its managers."""

    person: User
    address: EmailAddress
    by: User
