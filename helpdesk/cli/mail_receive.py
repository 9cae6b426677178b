"""`helpdesk mail receive`: the door for mail servers that hand a mail to a program (a pipe)."""

import os
import sys
from typing import BinaryIO, NoReturn

import click

OK = os.EX_OK
MISUSED = os.EX_USAGE
NO_MAIL = os.EX_DATAERR
LATER = os.EX_TEMPFAIL
"""The mail server keeps the mail and tries again: the answer to everything that may pass."""
NULL_SENDERS = {"", "<>", "MAILER-DAEMON"}


class Plain(click.Command):
    """Misuse ends with 64, as mail servers expect it of programs (sysexits.h)."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.show()
            raise SystemExit(MISUSED) from error


@click.command("receive", cls=Plain)
@click.option("--mailbox", "address", required=True, metavar="ADDRESS", help="Whose mail it is.")
@click.option(
    "--sender",
    metavar="ADDRESS",
    help="MAIL FROM of the envelope (default: $SENDER); empty, <> or MAILER-DAEMON: the null return path.",
)
def command(address: str, sender: str | None) -> NoReturn:
    """Take in the mail on standard input.

    Ends with 0 only when it is safe; with 75 when the mail server should keep it and try again; with 65 when there
    is none, or it is too large; with 64 when the command is wrong.
    """
    try:
        code, sentence = taken_in(sys.stdin.buffer, address, _envelope_from(sender))
    except Exception as error:  # whatever it is, the mail stays with the mail server
        code, sentence = LATER, f"Not now: {_first_line(error)}"
    if sentence:
        click.echo(sentence, err=True)
    raise SystemExit(code)


def taken_in(stream: BinaryIO, address: str, envelope_from: str | None) -> tuple[int, str]:
    """Exit code, and what to say. Raises whatever keeps the mail from being safe."""
    from helpdesk.app import create_app  # noqa: PLC0415 — the whole program comes with it: an error of it is 75, too
    from helpdesk.config import Config  # noqa: PLC0415
    from helpdesk.core.faults import Point, passing  # noqa: PLC0415
    from helpdesk.database.access import opened  # noqa: PLC0415
    from helpdesk.mail.doors.addressees import mailbox_for  # noqa: PLC0415
    from helpdesk.mail.doors.intake import step, taking_in  # noqa: PLC0415
    from helpdesk.mail.models import Door, Reason  # noqa: PLC0415
    from helpdesk.mail.operations.receiving import most_bytes, receive  # noqa: PLC0415

    with opened(Config.from_environ(), migrated=False) as config, step(create_app(config)):
        raw = stream.read(most_bytes() + 1)
        passing(Point.PIPE_READ)
        if not raw:
            return NO_MAIL, "There is no mail on standard input."
        with taking_in():
            mailbox = mailbox_for(address)
            if mailbox is None or not mailbox.is_active:
                return LATER, f"Not now: {address} is no mailbox of this desk, or it is switched off."
            kept = receive(raw, mailbox=mailbox, door=Door.PIPE, envelope_from=envelope_from)
        passing(Point.PIPE_BEFORE_EXIT)
        if kept.reason is Reason.TOO_LARGE:
            return NO_MAIL, "The mail is too large: only its headers were kept."
    return OK, ""


def _envelope_from(sender: str | None) -> str | None:
    told = os.environ.get("SENDER") if sender is None else sender
    return "" if told is not None and told.strip() in NULL_SENDERS else told


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
