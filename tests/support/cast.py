"""The cast of people every test knows, and how each signs in. They are in the template database."""

from datetime import UTC, datetime

from sqlalchemy import insert, select

from helpdesk.accounts.models import EmailAddress, Organization, OrganizationRole, Role, Sharing, Team, User
from helpdesk.accounts.permissions import ADMIN, AGENT
from helpdesk.audit.listener import AUDITED_ALREADY
from helpdesk.core.db import db
from helpdesk.identity.passwords import hash_password
from helpdesk.settings.catalogue import change_settings
from helpdesk.settings.models import Setting

PASSWORD = "correct horse battery"

PEOPLE = {
    "ana": "ana@desk.example",  # agent, team First line
    "ben": "ben@desk.example",  # agent, team First line
    "ada": "ada@desk.example",  # administrator
    "carl": "carl@customer.example",  # customer of Customer Inc, which shares nothing
    "cora": "cora@customer.example",  # his colleague
    "olga": "olga@stranger.example",  # customer, no organization
}
CALLED_IN = {  # who comes only where a test calls them (tests/support/furnished.py)
    "mona": "mona@customer.example",  # manages Customer Inc
    "kim": "kim@customer.example",  # whom Mona has asked to join it
    "dora": "dora@elsewhere.example",  # customer, no organization
    "rita": "rita@desk.example",  # staff who may look and nothing else
    "tom": "tom@desk.example",  # agent, team First line, who sees what his team has
    "otto": "otto@desk.example",  # the same of another team
    "sue": "sue@desk.example",  # agent who sees what is assigned to her
}
FULL_NAMES = {
    "ana": "Ana Agent",
    "ben": "Ben Brown",
    "ada": "Ada Admin",
    "carl": "Carl Customer",
    "cora": "Cora Colleague",
    "olga": "Olga Other",
}


def assemble() -> None:
    """Create the cast, their team and organization, on a desk that is set up."""
    roles = {role.name: role for role in db.session.scalars(select(Role))}
    organization = Organization(name="Customer Inc", domains=["customer.example"], sharing=Sharing.NONE)
    db.session.add(organization)
    db.session.flush()
    hashed = hash_password(PASSWORD)
    people = {}
    for name, email in PEOPLE.items():
        role = {"ana": AGENT, "ben": AGENT, "ada": ADMIN}.get(name)
        is_customer = name in ("carl", "cora")
        people[name] = User(
            full_name=FULL_NAMES[name],
            password_hash=hashed,
            is_staff=role is not None,
            role_id=roles[role].id if role else None,
            organization_id=organization.id if is_customer else None,
            organization_role=OrganizationRole.MEMBER if is_customer else None,
            addresses=[
                EmailAddress(email=email, email_key=email, verified_at=datetime(2026, 1, 1, tzinfo=UTC))
            ],
        )
        db.session.add(people[name])
    db.session.add(Team(name="First line", members=[people["ana"], people["ben"]]))
    db.session.flush()
    change_settings(
        desk_name="Test desk",
        base_url="http://desk.example",
        is_set_up=True,
    )
    # tests of holding answers say how long; the trail says nothing of it, where the cast's own deeds are looked for
    at_once = insert(Setting).values(name="undo_send_seconds", value=0)
    db.session.execute(at_once, execution_options={AUDITED_ALREADY: True})
