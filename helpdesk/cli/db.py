"""`helpdesk db …`: the tables by hand."""

import os
import shutil
import signal
import subprocess

import click
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from helpdesk.config import Config
from helpdesk.database import binaries, migrations
from helpdesk.database.access import opened
from helpdesk.database.connections import direct_address


@click.group("db")
def command() -> None:
    """Migrate the database, or look into it."""


@command.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the tables to REVISION (default: the newest). `helpdesk run` does so by itself."""
    with opened(Config.from_environ(), migrated=False) as config:
        migrations.upgrade(config, revision)
        click.echo(f"The database is at revision {migrations.current(config)}.")


@command.command()
@click.argument("revision")
@click.confirmation_option(prompt="Going down deletes what the newer tables hold. Continue?")
def downgrade(revision: str) -> None:
    """Bring the tables back to REVISION (`base`: none at all)."""
    with opened(Config.from_environ(), migrated=False) as config:
        migrations.downgrade(config, revision)
        click.echo(f"The database is at revision {migrations.current(config) or 'base'}.")


@command.command()
def current() -> None:
    """Print the revision the database is at, and the newest one."""
    with opened(Config.from_environ(), migrated=False) as config:
        click.echo(f"{migrations.current(config) or 'base'} (newest: {migrations.head()})")


@command.command()
@click.argument("revisions", default="head")
def sql(revisions: str) -> None:
    """Print the SQL of an upgrade, without running it; REVISIONS as in `from:to`."""
    click.echo(migrations.as_sql(revisions))


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1)
def psql(arguments: tuple[str, ...]) -> None:
    """Open psql on the database; ARGUMENTS are passed on."""
    wanted = Config.from_environ()
    with opened(wanted, migrated=False) as config:
        address = {name: str(part) for name, part in conninfo_to_dict(direct_address(config)).items()}
        password = address.pop("password", "")  # by the environment: arguments are for everybody to read
        environment = {**os.environ, "PGPASSWORD": password} if password else dict(os.environ)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for psql
        program = _psql(embedded=wanted.is_embedded)
        done = subprocess.run(
            [program, *arguments, make_conninfo("", **address)], env=environment, check=False
        )
    raise SystemExit(done.returncode)


def _psql(*, embedded: bool) -> str:
    """The embedded one knows no TLS: a server of the user's own is asked with the system's, if there is one."""
    systems = None if embedded else shutil.which("psql")
    return systems or str(binaries.installed() / "bin" / "psql")
