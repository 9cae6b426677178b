"""`helpdesk audit …`: the sealed trail from the shell: sealed, anchored, verified."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from helpdesk.audit.anchors import anchor as write_anchor
from helpdesk.audit.anchors import place_of, read
from helpdesk.audit.sealing import seal as seal_rows
from helpdesk.audit.verifying import Verdict
from helpdesk.audit.verifying import verify as verify_all
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.errors import Unwelcome
from helpdesk.database.access import opened
from helpdesk.database.roles import owner_connection

FINDINGS_SHOWN = 50
BROKEN = 1

LIMITS = (
    "What was cut off the end of the trail after the last anchor cannot be found by anybody: keep the anchors where "
    "whoever owns the database cannot write."
)


@click.group("audit")
def command() -> None:
    """The sealed audit trail: verify it, and anchor its head."""


@command.command("verify")
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A file with anchors, or lines of the system's log that hold them. Default: the one the desk writes.",
)
@click.option(
    "--all", "shows_all", is_flag=True, help=f"Show all findings, not only the first {FINDINGS_SHOWN}."
)
@click.option("--quiet", is_flag=True, help="No progress.")
def verify(anchors: tuple[Path, ...], shows_all: bool, quiet: bool) -> None:
    """Look at every seal and every sealed row. Ends with 1 where anything is not as it was sealed."""
    config = Config.from_environ()
    known = _anchors(anchors or _own(config))
    with _owner(config) as connection:
        try:
            verdict = verify_all(connection, anchors=known, progress=_silent if quiet else _progress)
        except DBAPIError as error:
            reason = str(error.orig).splitlines()[0]
            raise click.ClickException(f"The trail cannot be read as it was written ({reason}).") from error
    _tell(verdict, shows_all=shows_all)
    if verdict.findings:
        sys.exit(BROKEN)


@command.command("anchor")
def anchor() -> None:
    """Seal what is new, and write down the head of the chain now."""
    config = Config.from_environ()
    place = place_of(config.audit_anchor, config.data_dir)
    try:
        with _owner(config) as connection:
            seal_rows(connection)
        # what is written down outside has to be committed first
        with _owner(config) as connection:
            made = write_anchor(connection, place)
    except Unwelcome as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    if made is None:
        click.echo("There is nothing new to write down.")
    else:
        click.echo(f"Seal {made.number}, digest {made.digest}: written to {place or 'the system log'}.")


@contextmanager
def _owner(config: Config) -> Iterator[Connection]:
    with (
        opened(config) as reached,
        current.entering(current.Via.CLI, user_id=current.SYSTEM_USER_ID),
        owner_connection(reached) as connection,
    ):
        yield connection


def _own(config: Config) -> tuple[Path, ...]:
    place = place_of(config.audit_anchor, config.data_dir)
    return (place,) if place is not None and place.exists() else ()


def _anchors(files: tuple[Path, ...]) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = {}
    for file in files:
        try:
            with file.open(encoding="utf-8", errors="replace") as lines:
                for number, digests in read(lines).items():
                    found.setdefault(number, set()).update(digests)
        except ValueError as error:
            raise click.ClickException(f"{file}: {error}.") from error
    return found


def _progress(done: int, total: int) -> None:
    click.echo(f"{done:,} of {total:,} seals", err=True)


def _silent(_done: int, _total: int) -> None:
    """Asked to say nothing."""


def _tell(verdict: Verdict, *, shows_all: bool) -> None:
    shown = verdict.findings if shows_all else verdict.findings[:FINDINGS_SHOWN]
    for finding in shown:
        where = f"seal {finding.seal}: " if finding.seal is not None else ""
        click.echo(f"{finding.fault.value.upper()}  {where}{finding.sentence}")
    if left := len(verdict.findings) - len(shown):
        click.echo(f"… and {left:,} more: --all shows them.")
    removed = f", {verdict.removed:,} removed by the desk itself" if verdict.removed else ""
    click.echo(
        f"{verdict.seals:,} seals over {verdict.rows:,} rows{removed}; {verdict.unsealed:,} rows wait for their seal; "
        f"{verdict.anchors:,} anchors."
    )
    click.echo(f"{len(verdict.findings):,} findings." if verdict.findings else "All is as it was sealed.")
    click.echo(LIMITS)
