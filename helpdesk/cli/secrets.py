"""`helpdesk secrets …`: the keys that seal passwords of mail servers in the database."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from cryptography.fernet import Fernet

from helpdesk.app import create_app
from helpdesk.config import Config, keep_sealing_keys, kept_sealing_keys
from helpdesk.core import current
from helpdesk.core.errors import Unwelcome
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.access import opened
from helpdesk.mail.operations.resealing import reseal_all

ANOTHER = """HELPDESK_SEALING_KEYS is set in the environment of the desk, and only you can change that. Put this key \
before the one there (NEW,OLD), restart all of the desk, and run this command again:

{key}"""


@click.group("secrets")
def command() -> None:
    """Passwords of mail servers in the database: the keys that seal them."""


@command.command("rotate")
def rotate() -> None:
    """Seal all secrets with a new key; the old ones open nothing any more. May be broken off at any time."""
    config = Config.from_environ()
    if len(config.sealing_keys) == 1:
        click.echo(ANOTHER.format(key=Fernet.generate_key().decode()))
    elif config.sealing_keys:
        count = _reseal_all(config)
        click.echo(
            f"{_secrets(count)} sealed with the first key of HELPDESK_SEALING_KEYS. The others may go now."
        )
    else:
        with _alone(config.data_dir):
            count = _rotate(config)
        click.echo(
            f"{_secrets(count)} sealed with a new key. Back up {config.data_dir / 'sealing_keys'} anew."
        )


def _rotate(config: Config) -> int:
    """The new key is kept before anything is sealed with it, the old ones until nothing needs them."""
    new = Fernet.generate_key().decode()
    keep_sealing_keys(config.data_dir, [new, *kept_sealing_keys(config.data_dir)])
    total = 0
    while count := _reseal_all(config):  # once more for what was sealed with an older key at that moment
        total += count
    keep_sealing_keys(config.data_dir, [new])
    return total


def _reseal_all(config: Config) -> int:
    try:
        with (
            opened(config) as reached,
            create_app(reached).app_context(),
            current.entering(current.Via.CLI, user_id=current.SYSTEM_USER_ID),
            unit_of_work(),
        ):
            return reseal_all()
    except Unwelcome as refusal:
        raise click.ClickException(refusal.sentence) from refusal


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Of two who rotate at once, the second waits."""
    with (data_dir / "sealing_keys.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _secrets(count: int) -> str:
    return f"{count} secret{'' if count == 1 else 's'}"
