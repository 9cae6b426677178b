"""Sign-in providers: added, tried, changed, taken away; and what their word does to accounts."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, Role
from helpdesk.core.db import db
from helpdesk.core.sealing import unseal
from helpdesk.identity.providers import Audience, IdentityProvider
from tests.support import oidc_provider
from tests.support.browser import Browser
from tests.support.provided import Provided, provider_of
from tests.support.statements import counted_statements

CEILING = 7
TYPED = {
    "name": "Acme",
    "issuer": "https://id.example.com",
    "client_id": "desk",
    "client_secret": "hush",
    "scopes": "openid email profile",
    "audience": "staff",
    "domains": "desk.example",
    "is_active": "y",
}


def only() -> IdentityProvider:
    return db.session.scalars(select(IdentityProvider)).one()


def test_a_provider_is_added_with_its_secret_sealed(as_ada: Browser, acting: Callable[..., Any]) -> None:
    assert as_ada.post("/admin/providers", TYPED).status == 303

    with acting("ada"):
        made = only()
        assert (made.name, made.domains, made.is_active) == ("Acme", ["desk.example"], True)
        assert unseal(made.client_secret or "") == "hush"
    page = as_ada.get("/admin/providers").text
    assert "Acme" in page
    assert "hush" not in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://id.example.com"},
        {"issuer": "https://user:secret@id.example.com"},
        {"issuer": "file:///etc/passwd"},
        {"scopes": "profile"},
        {"domains": "not a domain"},
        {"roles": "admins = Administrator"},
        {"role_claim": "groups", "roles": "admins = Administrator"},
        {"role_claim": "groups", "roles": "admins = Nobody knows"},
        {"domains": "", "creates_accounts": "y"},
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused_and_nothing_is_saved(
    as_ada: Browser, acting: Callable[..., Any], wrong: dict[str, str]
) -> None:
    seen = as_ada.post("/admin/providers", {**TYPED, **wrong})

    assert seen.status == 422
    assert 'value="Acme"' in seen.html
    with acting("ada"):
        assert db.session.scalars(select(IdentityProvider)).all() == []


def test_trying_it_says_whether_it_answers_and_saves_nothing(
    as_ada: Browser, acting: Callable[..., Any]
) -> None:
    with oidc_provider.running() as idp:
        good = as_ada.post("/admin/providers", {**TYPED, "issuer": idp.issuer, "look": "1"})
        bad = as_ada.post("/admin/providers", {**TYPED, "issuer": f"{idp.issuer}/", "look": "1"})

    assert (good.status, bad.status) == (200, 422)
    assert "It answers" in good.text
    with acting("ada"):
        assert db.session.scalars(select(IdentityProvider)).all() == []


def test_the_list_costs_the_same_for_one_and_for_fifty(as_ada: Browser, acting: Callable[..., Any]) -> None:
    counts = []
    for number in (1, 49):
        with acting("ada"):
            db.session.add_all(
                IdentityProvider(
                    name=f"P{each}", issuer="https://x.example", client_id="d", audience=Audience.STAFF
                )
                for each in range(number)
            )
        with counted_statements() as statements:
            assert as_ada.get("/admin/providers").status == 200
        counts.append(len(statements))

    assert counts[0] == counts[1] <= CEILING


def test_groups_give_roles_but_no_administrator_unless_it_was_said(
    as_nobody: Browser, acting: Callable[..., Any]
) -> None:
    with oidc_provider.running() as idp:
        with acting("ada"):
            ids = dict(db.session.execute(select(Role.name, Role.id)).all())
            mapping = {"admins": ids["Administrator"], "readers": ids["Read only"]}
            made = provider_of(
                idp, audience=Audience.STAFF, creates_accounts=True, role_claim="groups", role_names=mapping
            )
        person = Provided(as_nobody, idp, made)
        idp.person = {"sub": "nina", "email": "nina@desk.example", "email_verified": True, "name": "Nina New"}
        idp.lies = {"groups": ["admins"]}
        assert person.sign_in().status == 403
        idp.lies = {"groups": ["admins", "readers"]}
        assert person.sign_in().status == 303

    with acting("ada"):
        nina = db.session.scalars(select(EmailAddress).where(EmailAddress.email == "nina@desk.example")).one()
        db.session.refresh(nina, ["user"])
        assert (nina.user.is_staff, nina.user.role_id) == (True, ids["Read only"])


def test_it_is_taken_away_after_typing_its_name(as_ada: Browser, acting: Callable[..., Any]) -> None:
    as_ada.post("/admin/providers", TYPED)
    with acting("ada"):
        place = f"/admin/providers/{only().id}/deletion"

    assert as_ada.post(place, {"typed": "Other"}).status == 422
    assert as_ada.post(place, {"typed": "Acme"}).status == 303
    with acting("ada"):
        assert db.session.scalars(select(IdentityProvider)).all() == []
