"""What one organization learns of another (ABUSE E05): nothing, neither by words nor by counts, on pages and in SQL."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Organization, OrganizationRole, Sharing
from helpdesk.accounts.operations.registering import add_customer
from helpdesk.core.db import db
from helpdesk.identity.operations.colleagues import invite_colleague
from helpdesk.tickets.models import LinkKind, TicketLink
from helpdesk.tickets.operations import open_ticket
from tests.conftest import person_named
from tests.support.tally import tally

PATHS = (
    "/portal/tickets",
    "/portal/tickets?q=printer",
    "/portal/organization",
    "/portal/organization?q=printer",
    "/portal/organization?q=printer&show=solved",
    "/portal/organization?sort=oldest",
    "/portal/colleagues",
    "/portal/colleagues?q=example",
)


@pytest.fixture
def two_of_a_kind(acting):
    """Customer Inc and Stranger Inc, both sharing everything, each with a manager who asked about the printer."""
    with acting("ada"):
        inc = db.session.scalars(select(Organization)).one()
        other = Organization(name="Stranger Inc", domains=["stranger.example"])
        db.session.add(other)
        db.session.flush()
        inc.sharing = other.sharing = Sharing.EVERYONE
        for name, organization in (("carl", inc), ("cora", inc), ("olga", other)):
            person = person_named(name)
            person.organization_id, person.organization_role = organization.id, OrganizationRole.MANAGER
        db.session.flush()
        for name in ("carl", "cora", "olga"):
            person = person_named(name)
            title = f"The printer of {person.full_name}"
            open_ticket(requester=person, by=person, title=title, description="printer canary")


def test_pages_of_one_say_nothing_of_the_other(as_carl, as_olga, two_of_a_kind):
    for browser, theirs in (
        (as_carl, ("Olga", "olga@", "Stranger Inc")),
        (as_olga, ("Carl", "Cora", "Customer Inc")),
    ):
        for path in PATHS:
            html = browser.get(path).html
            assert [word for word in theirs if word in html] == [], path
            tally("pages of two equal organizations")


def test_counts_are_of_ones_own(as_carl, as_olga, two_of_a_kind):
    def counts(browser):
        page = browser.get("/portal/organization?q=printer").text
        return re.search(r"All (\d+) Open (\d+) Solved (\d+)", page).groups()

    assert counts(as_carl) == ("2", "2", "0")
    assert counts(as_olga) == ("1", "1", "0")


class TestSecondWall:
    """The same asked in SQL, as if the pages asked for everything."""

    @pytest.fixture
    def invited(self, acting, two_of_a_kind):
        """Carl, a manager, has asked Nina; Nick belongs to nobody."""
        with acting("carl") as carl:
            invite_colleague(email="nina@new.example", full_name="Nina", by=carl)
            add_customer(email="nick@new.example", full_name="Nick")

    @pytest.mark.parametrize(
        "name, role, addresses",
        [
            ("carl", OrganizationRole.MANAGER, ["carl@customer", "cora@customer", "nina@new"]),
            ("carl", OrganizationRole.MEMBER, ["carl@customer"]),
            ("olga", OrganizationRole.MANAGER, ["olga@stranger"]),
        ],
    )
    def test_addresses_of_colleagues_are_for_managers(self, sql, ids, acting, invited, name, role, addresses):
        with acting("ada"):
            person_named(name).organization_role = role
        with sql("helpdesk_customer", user_id=ids(name)) as ask:
            found = ask("select email from email_addresses order by email")

        assert [each.removesuffix(".example") for each in found] == addresses

    def test_an_organization_is_known_to_who_belongs_or_is_asked(self, sql, ids, acting, invited):
        with acting("ada"):
            olga = person_named("olga")
            olga.organization_id = olga.organization_role = None
            olga.invited_to_id = person_named("carl").organization_id
        seen = {}
        for name in ("carl", "olga"):
            with sql("helpdesk_customer", user_id=ids(name)) as ask:
                seen[name] = ask("select name from organizations")
                tickets = ask("select count(*) from tickets")
            seen[name + " tickets"] = tickets

        assert seen == {
            "carl": ["Customer Inc"], "carl tickets": [2],
            "olga": ["Customer Inc"], "olga tickets": [1],
        }  # fmt: skip

    def test_of_links_customers_see_what_goes_on_from_their_own(self, sql, ids, acting, two_of_a_kind):
        with acting("ada") as ada:
            carl, olga = person_named("carl"), person_named("olga")
            mine, mine_too, hers = (
                open_ticket(requester=person, by=ada, title="T", description="D").id
                for person in (carl, carl, olga)
            )
            for first, second, kind in (
                (mine, mine_too, LinkKind.FOLLOWS_UP),
                (mine, mine_too, LinkKind.DUPLICATES),
                (hers, mine, LinkKind.FOLLOWS_UP),
                (mine, hers, LinkKind.FOLLOWS_UP),
            ):
                db.session.add(TicketLink(ticket_id=first, other_id=second, kind=kind))
        with sql("helpdesk_customer", user_id=ids("carl")) as ask:
            assert ask("select kind || ' ' || ticket_id || ' ' || other_id from ticket_links") == [
                f"follows_up {mine} {mine_too}"
            ]
