"""`helpdesk config`: what the environment says, and the page that explains it."""

from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import click

from helpdesk.config import Config
from helpdesk.database.embedded import EmbeddedServer

MASK = "********"
INTRODUCTION = """# Configuration

Everything is set by environment variables, read once at the start; what is wrong is said in one line, and nothing
starts. `helpdesk config` prints the values in force, secrets masked. This page is written by
`helpdesk config --reference` from the same table (`helpdesk/config.py`).

| Variable | Default | What it does |
|---|---|---|
"""


@click.command("config")
@click.option("--reference", is_flag=True, help="Print docs/configuration.md instead.")
def command(*, reference: bool) -> None:
    """Print the settings in force, secrets masked."""
    if reference:
        click.echo(page(), nl=False)
        return
    config = Config.from_environ()
    for line in in_force(config):
        click.echo(line)


def in_force(config: Config) -> Iterator[str]:
    """One line a setting, and where the embedded database is."""
    for row in fields(config):
        value = getattr(config, row.name)
        yield f"{row.metadata['name']}={MASK if row.metadata['secret'] and value else _shown(value)}"
    if config.is_embedded:
        server = EmbeddedServer(config.data_dir)
        state = "running" if server.is_running() else "not running"
        yield f"# embedded PostgreSQL in {server.home}, as user {server.account.name}, {state}"


def page() -> str:
    """docs/configuration.md."""
    return INTRODUCTION + "".join(_line(row) for row in fields(Config))


def _line(row: "Field[Any]") -> str:
    default = _shown(row.default)
    shown = f"`{default}`" if default else "none"
    return f"| `{row.metadata['name']}` | {shown} | {row.metadata['about']} |\n"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if value == Path("instance"):
        return "./instance"
    return "" if value is None else str(value)
