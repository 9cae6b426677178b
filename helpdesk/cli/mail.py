"""`helpdesk mail …`: mail from the shell; one command a module, imported only when it is asked for."""

import importlib

import click

COMMANDS = {
    "parse": "helpdesk.cli.mail_parse",
    "receive": "helpdesk.cli.mail_receive",
}


class Commands(click.Group):
    """Finds a command in the module of its name."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
        return found


@click.group("mail", cls=Commands)
def command() -> None:
    """Mail from files and mail servers."""
