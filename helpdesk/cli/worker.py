"""`helpdesk worker`: the process that runs jobs."""

import click

from helpdesk.config import Config
from helpdesk.database.access import opened


@click.command("worker")
def command() -> None:
    """Run jobs until told to stop. `helpdesk run` starts one; more of them share the work."""
    with opened(Config.from_environ(), migrated=False) as config:
        from helpdesk.app import create_app  # noqa: PLC0415 — the whole program comes with it
        from helpdesk.background import worker  # noqa: PLC0415 — so does what jobs need

        worker.run(create_app(config))
