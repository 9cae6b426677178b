"""`helpdesk user …`: people from the shell, the way in when no other is left."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.models import EmailAddress, Role, User
from helpdesk.accounts.operations.registering import add_administrator
from helpdesk.app import create_app
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.access import opened
from helpdesk.identity.operations.second_factors import remove_factors
from helpdesk.mail.operations.linking import emergency_link


@click.group("user")
def command() -> None:
    """People of the desk: list them, add an administrator, let somebody in again."""


@command.command("create-admin")
@click.argument("email")
@click.option("--name", default="", help="Full name.")
def create_admin(email: str, name: str) -> None:
    """Add an administrator with this EMAIL and print a one-time link to choose a password."""
    with _at_the_desk():
        address = add_administrator(email=email, full_name=name)
        link = emergency_link(address)
    click.echo(link)


@command.command("reset-link")
@click.argument("email")
def reset_link(email: str) -> None:
    """Print a one-time link with which the person with this EMAIL chooses a new password."""
    with _at_the_desk():
        link = emergency_link(_address(email))
    click.echo(link)


@command.command("remove-factors")
@click.argument("email")
def remove_second_factors(email: str) -> None:
    """Take away all second factors of the person with this EMAIL, who lost them. They are told by mail."""
    with _at_the_desk():
        address = _address(email)
        remove_factors(address.user, by=db.session.get_one(User, current.SYSTEM_USER_ID))
    click.echo(f"{email} has no second factor any more, and is signed out everywhere.")


@command.command("list")
@click.option("--all", "everybody", is_flag=True, help="Customers, too.")
def list_people(*, everybody: bool) -> None:
    """Print who works here, with role and last sign-in."""
    table = Table("E-mail", "Name", "Role", "State", "Last sign-in", box=None, pad_edge=False)
    with _at_the_desk():
        for person, role, verified_at in db.session.execute(_people(everybody=everybody)):
            seen = person.last_login.strftime("%Y-%m-%d %H:%M UTC") if person.last_login else "never"
            state = "active" if person.is_active else "deactivated"
            if person.is_active and verified_at is None:
                state = "not confirmed"
            table.add_row(person.email or "", person.full_name, role or "Customer", state, seen)
    Console().print(table)


def _address(email: str) -> EmailAddress:
    found = select(EmailAddress).where(EmailAddress.email_key == email_key(email))
    address = db.session.scalars(found.options(joinedload(EmailAddress.user))).one_or_none()
    if address is None:
        raise click.ClickException(
            f"Nobody has the address {email}; `helpdesk user list` shows who there is."
        )
    return address


def _people(*, everybody: bool) -> Select[User, str | None, object]:
    people = (
        select(User, Role.name, EmailAddress.verified_at)
        .outerjoin(Role, Role.id == User.role_id)
        .outerjoin(EmailAddress, (EmailAddress.user_id == User.id) & EmailAddress.is_primary)
        .where(~User.is_system)
        .order_by(User.is_staff.desc(), User.id)
    )
    return people if everybody else people.where(User.is_staff)


@contextmanager
def _at_the_desk() -> Iterator[None]:
    """A command is one transaction; what an operation will not do becomes one line."""
    try:
        with (
            opened(Config.from_environ()) as config,
            create_app(config).app_context(),
            current.entering(current.Via.CLI, user_id=current.SYSTEM_USER_ID),
            unit_of_work(),
        ):
            yield
    except Unwelcome as refusal:
        raise click.ClickException(refusal.sentence) from refusal
