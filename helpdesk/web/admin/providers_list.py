"""The list of sign-in providers, and one of them by its address."""

from typing import Any

from flask import abort
from sqlalchemy import Text, func, select

from helpdesk.core.db import db
from helpdesk.core.pagination import Key
from helpdesk.identity.providers import IdentityProvider, ProviderIdentity
from helpdesk.web.admin.sorted_lists import SortedList, asked_words, has_words, sorted_list


def providers_list() -> SortedList:
    """Costs one statement; two for an empty list."""
    found = select(IdentityProvider).where(
        has_words(asked_words(), IdentityProvider.name, IdentityProvider.issuer)
    )
    used = (
        select(ProviderIdentity.provider_id, func.count().label("number"))
        .group_by(ProviderIdentity.provider_id)
        .subquery()
    )
    people = func.coalesce(used.c.number, 0)
    last = Key(IdentityProvider.id)
    orders = {
        "name": [Key(func.lower(IdentityProvider.name, type_=Text())), last],
        "people": [Key(people, descending=True), last],
    }
    columns: tuple[Any, ...] = (
        *(IdentityProvider.id, IdentityProvider.name, IdentityProvider.issuer, IdentityProvider.audience),
        *(IdentityProvider.is_active, people.label("people")),
    )
    rows = found.outerjoin(used, used.c.provider_id == IdentityProvider.id).with_only_columns(*columns)
    return sorted_list("admin.providers.index", rows, orders=orders)


def provider_or_404(provider_id: int) -> IdentityProvider:
    """The provider with this id."""
    provider = db.session.get(IdentityProvider, provider_id)
    if provider is None:
        abort(404)
    return provider
