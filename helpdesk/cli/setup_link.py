"""`helpdesk setup-link`: the way into a fresh desk."""

import click

from helpdesk.config import Config
from helpdesk.database.access import opened


@click.command("setup-link")
def command() -> None:
    """Print a one-time link to the setup page, if nobody has set the desk up yet; it replaces earlier ones."""
    from helpdesk.app import create_app  # noqa: PLC0415 — the whole program comes with it
    from helpdesk.core import current  # noqa: PLC0415
    from helpdesk.core.unit_of_work import unit_of_work  # noqa: PLC0415
    from helpdesk.identity.operations.setup import mint_setup_token  # noqa: PLC0415

    with opened(Config.from_environ()) as config:
        with create_app(config).app_context(), current.entering(current.Via.CLI), unit_of_work():
            token = mint_setup_token()
        if token:
            click.echo(f"{config.base_url or config.listen_url}/setup/{token}")
