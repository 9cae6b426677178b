"""Providers themselves: named, changed, tried, switched off, taken away."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from helpdesk.accounts.models import Role, RolePermission, User
from helpdesk.accounts.operations.giving_roles import refuse_to_give
from helpdesk.audit.bulk import bulk_delete
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.lines import one_line
from helpdesk.core.sealing import seal
from helpdesk.identity.oidc import NotAsked, discover, is_web_address
from helpdesk.identity.operations.provider_sign_in import ADMINISTRATION, default_role
from helpdesk.identity.providers import Audience, IdentityProvider, ProviderIdentity

LONGEST_NAME = 60
LONGEST_LINE = 255
LONGEST_SECRET = 4_000
MOST_GROUPS = 100
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


class BadProvider(Unwelcome):
    """What was typed for `field` cannot be used; the sentence says why."""

    status = 422

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What somebody typed about a provider. An empty secret keeps the one there is, for the same issuer and client."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: str = "openid email profile"
    audience: Audience = Audience.STAFF
    domains: Sequence[str] = ()
    creates_accounts: bool = False
    role_claim: str = ""
    role_names: Mapping[str, int] = field(default_factory=dict)
    """The id of a role by the value of the claim."""
    gives_administration: bool = False
    gives_second_factor: bool = False
    is_active: bool = True


def add_provider(settings: Settings, *, by: User) -> IdentityProvider:
    """Raises BadProvider, and Refused for a role that permits more than who gives it may."""
    provider = IdentityProvider(client_secret=None)
    _take(provider, settings, by=by)
    db.session.add(provider)
    db.session.flush()
    return provider


def change_provider(provider: IdentityProvider, settings: Settings, *, by: User) -> None:
    """The same; what people are connected to stays. Raises BadProvider and Refused."""
    db.session.refresh(provider, with_for_update=True)
    if settings.issuer.strip() != provider.issuer and connected_people(provider):
        raise BadProvider(
            "issuer",
            "People are connected to this one: elsewhere the same names mean others. Add a second provider.",
        )
    _take(provider, settings, by=by)
    db.session.flush()


def remove_provider(provider: IdentityProvider, *, by: User) -> int:
    """Returns how many people have to sign in another way from now on. Their sessions stay."""
    count = connected_people(provider)
    bulk_delete(ProviderIdentity, ProviderIdentity.provider_id == provider.id)
    db.session.delete(provider)
    db.session.flush()
    return count


def connected_people(provider: IdentityProvider) -> int:
    """How many people it lets in."""
    theirs = ProviderIdentity.provider_id == provider.id
    return db.session.scalars(select(func.count(ProviderIdentity.user_id.distinct())).where(theirs)).one()


def try_provider(issuer: str) -> None:
    """Ask it now what it says about itself. Raises BadProvider, the same for every reason."""
    address = _clean_issuer(issuer)
    try:
        discover(address, afresh=True)
    except NotAsked as error:
        raise BadProvider(
            "issuer",
            "No provider that calls itself exactly so could be asked there. A slash at its end matters. One in a "
            "private network has to be allowed with HELPDESK_PRIVATE_NETWORKS.",
        ) from error


def _take(provider: IdentityProvider, settings: Settings, *, by: User) -> None:
    issuer, client_id = _clean_issuer(settings.issuer), _line("client_id", settings.client_id)
    provider.client_secret = _secret(
        provider, settings, is_for_the_same=_is_same(provider, issuer, client_id)
    )
    provider.name = _line("name", settings.name, longest=LONGEST_NAME)
    provider.issuer, provider.client_id = issuer, client_id
    provider.scopes = _scopes(settings.scopes)
    provider.audience = settings.audience
    provider.domains = _domains(settings.domains)
    provider.role_claim = _line("role_claim", settings.role_claim, may_be_empty=True)
    provider.role_names = _role_names(settings, by=by)
    provider.creates_accounts = settings.creates_accounts
    provider.gives_administration = settings.gives_administration
    provider.gives_second_factor = settings.gives_second_factor
    provider.is_active = settings.is_active
    makes_staff = provider.creates_accounts and provider.audience is Audience.STAFF
    if makes_staff and not provider.role_names:
        refuse_to_give(default_role(), by=by)
    if makes_staff and not provider.domains and not provider.role_names:
        raise BadProvider(
            "creates_accounts",
            "Say at which domains its people have addresses, or which groups get which role: "
            "else everybody with an account there works here.",
        )


def _is_same(provider: IdentityProvider, issuer: str, client_id: str) -> bool:
    return (provider.issuer, provider.client_id) == (issuer, client_id)


def _secret(provider: IdentityProvider, settings: Settings, *, is_for_the_same: bool) -> str | None:
    """So nobody learns a stored secret by naming a provider of their own."""
    if len(settings.client_secret) > LONGEST_SECRET:
        raise BadProvider("client_secret", f"This may have {LONGEST_SECRET} characters at most.")
    if settings.client_secret:
        return seal(settings.client_secret)
    if provider.client_secret is not None and not is_for_the_same:
        raise BadProvider(
            "client_secret", "Type it again: the one that is stored is given only to whom it was typed for."
        )
    return provider.client_secret


def _clean_issuer(text: str) -> str:
    issuer = text.strip()
    if len(issuer) > LONGEST_LINE or not is_web_address(issuer) or "?" in issuer:
        raise BadProvider(
            "issuer", "Type the provider's address as it calls itself, beginning with https://."
        )
    return issuer


def _line(field: str, text: str, *, longest: int = LONGEST_LINE, may_be_empty: bool = False) -> str:
    line = one_line(text)
    if len(line) > longest:
        raise BadProvider(field, f"This may have {longest} characters at most.")
    if not line and not may_be_empty:
        raise BadProvider(field, "Type something here.")
    return line


def _scopes(text: str) -> str:
    scopes = _line("scopes", text)
    if not {"openid", "email"} <= set(scopes.split()):
        raise BadProvider("scopes", "Ask for openid and email at least: without an address nobody is known.")
    return scopes


def _domains(typed: Sequence[str]) -> list[str]:
    domains = list(dict.fromkeys(each.strip().lstrip("@").lower() for each in typed if each.strip()))
    for domain in domains:
        if len(domain) > LONGEST_LINE or not _DOMAIN.fullmatch(domain):
            raise BadProvider(
                "domains", f"{domain[:LONGEST_NAME]} is no domain. Write example.com, one a line."
            )
    return domains


def _role_names(settings: Settings, *, by: User) -> dict[str, int]:
    """Roles that exist, that whoever gives them may give, and no administrator by chance."""
    given = dict(settings.role_names)
    if given and not settings.role_claim.strip():
        raise BadProvider("role_claim", "Name the claim that holds the groups, such as groups.")
    if len(given) > MOST_GROUPS:
        raise BadProvider("role_names", f"At most {MOST_GROUPS} groups.")
    roles = list(db.session.scalars(select(Role).where(Role.id.in_(given.values()))))
    if {role.id for role in roles} != set(given.values()):
        raise BadProvider("role_names", "One of these roles is gone meanwhile. Choose again.")
    for role in roles:
        refuse_to_give(role, by=by)
    if not settings.gives_administration and _administer(roles):
        raise BadProvider(
            "gives_administration", "One of these roles runs the desk. Tick this if the provider may give it."
        )
    return given


def _administer(roles: Sequence[Role]) -> bool:
    held = select(RolePermission.permission).where(RolePermission.role_id.in_([role.id for role in roles]))
    return bool(set(db.session.scalars(held)) & ADMINISTRATION)
