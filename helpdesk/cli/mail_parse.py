"""`helpdesk mail parse`: what a mail says, for people and programs who want to see it."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from helpdesk.mail.parsing.child import Unreadable, parsed_safely
from helpdesk.mail.parsing.parsed import ParsedMail


@click.command("parse")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path, allow_dash=True)
)
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Print what each FILE says as one line of JSON, in order; "-" is the standard input.

    Needs no database. A file that cannot be read has its line, too, whose "problems" say why; the exit code is then 1.
    """
    failed = 0
    for file in files:
        try:
            told = _told(file)
        except (OSError, Unreadable) as problem:
            failed += 1
            told = {**ParsedMail().as_json(), "problems": [f"{file}: {_reason(problem)}"]}
        click.echo(json.dumps(told, ensure_ascii=False).encode())
    ctx.exit(min(failed, 1))


def _told(file: Path) -> dict[str, Any]:
    raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    return parsed_safely(raw).as_json()


def _reason(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return str(problem)
