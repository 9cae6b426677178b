"""`helpdesk config`: what the environment says, and the table that explains it."""

from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import click

from helpdesk.config import Config
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.places import existing_home

MASK = "********"
HEAD = "| Variable | Default | What it does |\n|---|---|---|\n"


@click.command("config")
@click.option("--reference", is_flag=True, help="Print the table of docs/configuration.md instead.")
def command(*, reference: bool) -> None:
    """Print the settings in force, secrets masked."""
    if reference:
        click.echo(table(), nl=False)
        return
    for line in in_force(Config.from_environ(keep_secret=False)):
        click.echo(line)


def in_force(config: Config) -> Iterator[str]:
    """One line a setting, and where the embedded database is."""
    for row in fields(config):
        value = getattr(config, row.name)
        yield f"{row.metadata['name']}={MASK if row.metadata['secret'] and value else _shown(value)}"
    if config.is_embedded:
        yield f"# {_embedded(config)}"


def table() -> str:
    """All settings in Markdown, for docs/configuration.md."""
    return HEAD + "".join(_line(row) for row in fields(Config))


def _embedded(config: Config) -> str:
    if existing_home(config.data_dir) is None:
        return "embedded PostgreSQL: made at the first start"
    server = EmbeddedServer(config.data_dir)
    state = "running" if server.is_running() else "not running"
    return f"embedded PostgreSQL: {server.home}, as user {server.account.name}, {state}"


def _line(row: "Field[Any]") -> str:
    default = _shown(row.default)
    shown = f"`{default}`" if default else "none"
    return f"| `{row.metadata['name']}` | {shown} | {row.metadata['about']} |\n"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if value == Path("instance"):
        return "./instance"
    if isinstance(value, tuple):
        return ",".join(str(each) for each in value)
    return "" if value is None else str(value)
