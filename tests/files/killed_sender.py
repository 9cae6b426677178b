"""Sends a file and is killed at a given step: python -m tests.files.killed_sender STEP."""

import os
import pkgutil
import signal
import sys
from io import BytesIO

from helpdesk.app import create_app
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.files.operations import save


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(step: str) -> None:
    app = create_app(Config.from_environ())
    owner, _, name = step.rpartition(".")
    if owner:
        setattr(pkgutil.resolve_name(owner), name, die)
    with app.app_context(), current.entering(Via.CLI, user_id=SYSTEM_USER_ID), unit_of_work():
        save(BytesIO(b"hello"), filename="a.txt")
        die()


if __name__ == "__main__":
    main(sys.argv[1])
