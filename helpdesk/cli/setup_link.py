"""`helpdesk setup-link`: the way into a fresh desk."""

import click

from helpdesk.app import create_app
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.access import opened
from helpdesk.identity.operations.setup import mint_setup_token


@click.command("setup-link")
def command() -> None:
    """Print a one-time link to the setup page; it replaces earlier ones."""
    with opened(Config.from_environ()) as config:
        link = fresh_link(config)
    if link is None:
        raise click.ClickException("This desk is set up: sign in, or ask an administrator to invite you.")
    click.echo(link)


def fresh_link(config: Config) -> str | None:
    """A new one-time link, or None where somebody has set the desk up already."""
    with create_app(config).app_context(), current.entering(current.Via.CLI), unit_of_work():
        token = mint_setup_token()
    return f"{config.base_url or config.listen_url}/setup/{token}" if token else None
