"""Signing in by a provider: whom its word lets in, who gets an account, and how an account here is connected."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.accounts.models import EmailAddress, Role, RolePermission, User
from helpdesk.accounts.operations.addresses import confirm
from helpdesk.accounts.operations.changing_roles import change_role
from helpdesk.accounts.operations.registering import add_customer, add_staff
from helpdesk.accounts.permissions import AGENT, Permission
from helpdesk.audit.bulk import bulk_delete
from helpdesk.core import clock
from helpdesk.core.current import SYSTEM_USER_ID, DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict, Gone, Refused
from helpdesk.core.row_security import acting_as
from helpdesk.core.sealing import Unsealable, seal, unseal
from helpdesk.core.tokens import digest
from helpdesk.identity.models import SignInMethod
from helpdesk.identity.oidc import Client, NotBelieved, Witness
from helpdesk.identity.operations.sessions import SignedIn, enter
from helpdesk.identity.providers import Audience, IdentityProvider, ProviderIdentity
from helpdesk.identity.second_factors import SpentChallenge

ANSWER_WITHIN = timedelta(minutes=15)
ADMINISTRATION = frozenset({Permission.MANAGE_PEOPLE, Permission.MANAGE_DESK, Permission.IMPERSONATE})
"""A role with one of these makes an administrator of somebody."""


@dataclass(frozen=True, slots=True)
class NotConnected:
    """An account with the address is here, and whoever it belongs to has to say so. `ticket` goes on to `connect`."""

    ticket: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a ticket says, once it was found good."""

    provider: IdentityProvider
    subject: str
    email: str


def client_of(provider: IdentityProvider) -> Client:
    """What asking it needs, free of the session. Raises Unsealable."""
    return Client(
        issuer=provider.issuer,
        client_id=provider.client_id,
        secret=unseal(provider.client_secret) if provider.client_secret else "",
        scopes=provider.scopes,
    )


def active_provider(provider_id: int) -> IdentityProvider:
    """Raises Gone where it was switched off or taken away meanwhile."""
    provider = db.session.get(IdentityProvider, provider_id)
    if provider is None or not provider.is_active:
        raise Gone("This way to sign in is not offered here. Sign in another way.")
    return provider


def spend(state: str) -> None:
    """Nobody gives the answer with this state again, however many try at once. Raises NotBelieved.

    It is remembered for longer than any answer to it is taken.
    """
    used = (
        insert(SpentChallenge)
        .values(challenge_hash=digest(state), expires_at=clock.now() + 4 * ANSWER_WITHIN)
        .on_conflict_do_nothing()
        .returning(SpentChallenge.id)
    )
    with db.session.session_factory() as session, session.begin(), acting_as(session, DatabaseRole.APP):
        is_first = session.scalar(used) is not None  # stays, whatever becomes of the answer
    if not is_first:
        raise NotBelieved("the answer was given before")


def sign_in_by_provider(
    provider: IdentityProvider, witness: Witness, *, user_agent: str | None = None
) -> SignedIn | NotConnected:
    """Let in who is connected, make an account where that is wanted, or offer to connect the one that is here.

    Raises Refused for an address the provider has not verified or may not vouch for, for groups that open nothing,
    for accounts of the other kind, and where there is no account and none is made.
    """
    _refuse_foreign_addresses(provider, witness)
    person = _connected(provider, witness.subject)
    if person is None:
        if (owner := _owner(witness.email)) is not None:
            _refuse_the_other_kind(provider, owner)
            return NotConnected(_ticket(provider, witness))
        person = _new_account(provider, witness)
        _connect(provider, witness.subject, person)
    _refuse_the_other_kind(provider, person)
    _follow_groups(provider, person, witness)
    return enter(
        person,
        method=SignInMethod.PROVIDER,
        user_agent=user_agent,
        with_second_factor=provider.gives_second_factor and witness.had_second_factor,
    )


def find_offer(ticket: str, *, to: User) -> Offer:
    """What there is to connect, for the person whose address the provider has verified. Raises Gone for all others."""
    gone = Gone("This offer is for another account, or it is too old. Sign in with the provider once more.")
    try:
        provider_id, subject, email, until = json.loads(unseal(ticket))
    except (Unsealable, ValueError) as error:
        raise gone from error
    owner = _owner(email)
    if until < clock.now().timestamp() or owner is None or owner.id != to.id:
        raise gone
    return Offer(active_provider(provider_id), subject, email)


def connect(person: User, *, ticket: str) -> IdentityProvider:
    """From now on the provider lets them in, who have just proven here who they are. Raises Gone, Refused, Conflict."""
    offer = find_offer(ticket, to=person)
    _refuse_the_other_kind(offer.provider, person)
    if _connected(offer.provider, offer.subject) is not None:
        raise Conflict("These are connected already.")
    _connect(offer.provider, offer.subject, person)
    return offer.provider


def default_role() -> Role:
    """What new staff may do whose role follows no groups."""
    return db.session.scalars(select(Role).where(Role.name == AGENT)).one()


def disconnect(person: User) -> None:
    """No provider lets them in any more."""
    bulk_delete(ProviderIdentity, ProviderIdentity.user_id == person.id)


def _refuse_foreign_addresses(provider: IdentityProvider, witness: Witness) -> None:
    if not witness.email:
        raise Refused(
            f"{provider.name} has not verified your e-mail address. Verify it there, then try again."
        )
    domain = witness.email.rpartition("@")[2].lower()
    if provider.domains and domain not in provider.domains:
        raise Refused(f"With {provider.name}, addresses at {domain} do not sign in here.")


def _refuse_the_other_kind(provider: IdentityProvider, person: User) -> None:
    """A provider of customers opens nothing of staff's, whoever runs it."""
    fits = person.is_staff == (provider.audience is Audience.STAFF)
    if not fits or not person.is_active or person.is_system or person.anonymised_at is not None:
        raise Refused(f"This account does not sign in with {provider.name}.")


def _connected(provider: IdentityProvider, subject: str) -> User | None:
    """Who a provider calls so."""
    known = select(ProviderIdentity).where(
        ProviderIdentity.provider_id == provider.id, ProviderIdentity.subject == subject
    )
    found = db.session.scalars(known.options(joinedload(ProviderIdentity.user))).one_or_none()
    if found is None:
        return None
    found.used_at = clock.now()
    return found.user


def _owner(email: str) -> User | None:
    """Whose account has this address; a mere claim of it gives nothing and hinders nobody."""
    try:
        key = email_key(email)
    except NotAnAddress as error:
        raise Refused("The provider named an address that cannot be written to.") from error
    owned = select(User).join(EmailAddress, EmailAddress.user_id == User.id)
    return db.session.scalars(
        owned.where(EmailAddress.email_key == key, ~EmailAddress.is_claim)
    ).one_or_none()


def _new_account(provider: IdentityProvider, witness: Witness) -> User:
    if not provider.creates_accounts:
        raise Refused("There is no account for you here yet. Ask whoever runs this desk for one.")
    name = witness.name or witness.email.partition("@")[0]
    if provider.audience is Audience.CUSTOMERS:
        address = add_customer(email=witness.email, full_name=name)
    else:
        given = _role_for(provider, witness.groups) or default_role()
        address = add_staff(email=witness.email, full_name=name, role=given)
    db.session.flush()
    confirm(address)
    db.session.refresh(address.user)  # what a role permits is read with the person
    return address.user


def _connect(provider: IdentityProvider, subject: str, person: User) -> None:
    db.session.add(
        ProviderIdentity(provider_id=provider.id, user_id=person.id, subject=subject, used_at=clock.now())
    )
    db.session.flush()


def _role_for(provider: IdentityProvider, groups: Iterable[str]) -> Role | None:
    """The role of somebody's groups that permits most; None where roles follow no groups.

    Raises Refused for staff whose groups open nothing.
    """
    if provider.audience is not Audience.STAFF or not provider.role_names:
        return None
    wanted = {provider.role_names[each] for each in groups if each in provider.role_names}
    roles = {role: _permits(role) for role in db.session.scalars(select(Role).where(Role.id.in_(wanted)))}
    found = [
        (permits, role)
        for role, permits in roles.items()
        if provider.gives_administration or not permits & ADMINISTRATION
    ]
    if not found:
        raise Refused(f"None of your groups at {provider.name} opens this desk. Ask whoever runs it.")
    return max(found, key=lambda each: (len(each[0]), -each[1].id))[1]


def _follow_groups(provider: IdentityProvider, person: User, witness: Witness) -> None:
    """Whoever changed groups changes roles. Administrators are made and unmade by hand unless it was said otherwise."""
    present = db.session.get(Role, person.role_id) if person.role_id else None
    if present is not None and _permits(present) & ADMINISTRATION and not provider.gives_administration:
        return
    role = _role_for(provider, witness.groups)
    if role is not None and role.id != person.role_id:
        change_role(person, to=role, by=db.session.get_one(User, SYSTEM_USER_ID))


def _permits(role: Role) -> frozenset[Permission]:
    return frozenset(
        db.session.scalars(select(RolePermission.permission).where(RolePermission.role_id == role.id))
    )


def _ticket(provider: IdentityProvider, witness: Witness) -> str:
    until = (clock.now() + ANSWER_WITHIN).timestamp()
    return seal(json.dumps([provider.id, witness.subject, witness.email, until]))
