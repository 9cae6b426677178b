"""`helpdesk demo`: a desk full of believable tickets, from the shell."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from helpdesk.app import import_models
from helpdesk.config import Config
from helpdesk.core.errors import Unwelcome
from helpdesk.database.access import opened
from helpdesk.database.roles import owner_engine
from helpdesk.demo import DemoDesk, generate, prepare
from helpdesk.demo.refusals import has_tickets, one_at_a_time, refuse_beyond_loopback, refuse_real_tickets
from helpdesk.files.store import Store


@click.command("demo")
@click.option("--tickets", default=5_000, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same desk.")
@click.option("--password", help="What all demo sign-ins get; without it one is made up.")
@click.option("--if-empty", is_flag=True, help="Do nothing where there are tickets already.")
@click.option("--force", is_flag=True, help="Mix demo data with real tickets.")
def command(*, tickets: int, seed: int, password: str | None, if_empty: bool, force: bool) -> None:
    """Fill the desk with two years of believable tickets, and print who may sign in."""
    config = Config.from_environ()
    import_models()
    chosen = password or secrets.token_urlsafe(12)
    try:
        refuse_beyond_loopback(config)
        with opened(config) as reached:
            desk = _make(reached, tickets, seed, chosen, if_empty=if_empty, force=force)
    except Unwelcome as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    if desk is None:
        click.echo("There are tickets already: nothing was done.")
    else:
        _print(desk, chosen)


def _make(
    config: Config, tickets: int, seed: int, password: str, *, if_empty: bool, force: bool
) -> DemoDesk | None:
    """All or nothing: whatever breaks it off, Ctrl-C included, leaves the desk as it was."""
    engine = owner_engine(config)
    with engine.begin() as connection:
        one_at_a_time(connection)
        if if_empty and has_tickets(connection):
            return None
        if not force:
            refuse_real_tickets(connection)
        prepare(engine)
        with _progress(tickets) as bar:
            return generate(
                connection,
                tickets=tickets,
                seed=seed,
                password=password,
                store=Store(config.data_dir / "files"),
                progress=bar,
            )


@contextmanager
def _progress(tickets: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("Making tickets"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("tickets", total=tickets)
        yield lambda count: progress.advance(task, count)


def _print(desk: DemoDesk, password: str) -> None:
    click.echo(
        f"{desk.tickets:,} tickets with {desk.comments:,} comments. Sign in with the password {password}"
    )
    table = Table("E-mail", "Name", "Role", box=None, pad_edge=False)
    for person in desk.sign_ins:
        table.add_row(person.email, person.name, person.role)
    Console().print(table)
