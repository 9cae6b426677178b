"""`helpdesk doctor`: is everything as it should be, and if not, what to do."""

from collections.abc import Sequence
from dataclasses import replace

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from helpdesk.app import create_app
from helpdesk.cli.doctor_checks import Finding, findings
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.current import DatabaseRole, Via
from helpdesk.database.access import opened
from helpdesk.database.verdicts import Verdict

SIGNS = {Verdict.FINE: ("ok", "green"), Verdict.DOUBTFUL: ("look", "yellow"), Verdict.BAD: ("BAD", "red")}
WORST_FIRST = list(reversed(Verdict))


@click.command("doctor")
@click.option("--all", "shows_all", is_flag=True, help="Also what is well.")
def command(*, shows_all: bool) -> None:
    """Check database, settings, disk, clock, worker and mail. Ends with 1 where something is bad."""
    wanted = Config.from_environ()
    with opened(wanted, migrated=False) as config:
        app = create_app(config)
        # create_app knows an address; whose server it is only what was asked for tells
        seen = replace(config, database_url=wanted.database_url)
        with app.app_context(), current.entering(Via.CLI, role=DatabaseRole.APP):
            found = list(findings(seen))
    _print([each for each in found if shows_all or each.verdict is not Verdict.FINE])
    bad, doubtful = (
        sum(each.verdict is verdict for each in found) for verdict in (Verdict.BAD, Verdict.DOUBTFUL)
    )
    click.echo(f"{len(found)} checks: {bad} bad, {doubtful} to look at, {len(found) - bad - doubtful} fine.")
    raise SystemExit(1 if bad else 0)


def _print(found: Sequence[Finding]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for each in sorted(found, key=lambda each: WORST_FIRST.index(each.verdict)):
        sign, style = SIGNS[each.verdict]
        table.add_row(Text(sign, style), Text(each.part), Text(f"{each.state}\n{each.advice}".strip()))
    if found:
        Console().print(table)
