"""`helpdesk …`: one command a module, imported only when it is asked for."""

import importlib
import sys

import click

from helpdesk.config import ConfigError
from helpdesk.database.problems import DatabaseProblem

COMMANDS = {
    "run": "helpdesk.cli.run",
    "worker": "helpdesk.cli.worker",
    "fetch": "helpdesk.cli.fetch",
    "config": "helpdesk.cli.config",
    "db": "helpdesk.cli.db",
    "setup-link": "helpdesk.cli.setup_link",
    "user": "helpdesk.cli.user",
    "secrets": "helpdesk.cli.secrets",
    "demo": "helpdesk.cli.demo",
    "mail": "helpdesk.cli.mail",
    "audit": "helpdesk.cli.audit",
    "search-language": "helpdesk.cli.search_language",
    "doctor": "helpdesk.cli.doctor",
    "announce": "helpdesk.cli.announce",
}


class Commands(click.Group):
    """Finds a command in the module of its name; what is wrong with the surroundings becomes one line."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        found: click.Command = module.command
        return found

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (ConfigError, DatabaseProblem) as problem:
            raise click.ClickException(str(problem)) from problem


@click.group(cls=Commands)
@click.version_option(package_name="helpdesk")
def main() -> None:
    """Helpdesk: tickets, portal and audit in one program."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a pipe sees each line at once
