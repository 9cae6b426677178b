"""`helpdesk`, and `python -m helpdesk.cli`, which is how the supervisor starts its children."""

import os

from helpdesk.cli import main


def start() -> None:
    """The program."""
    os.umask(0o077)  # what a desk keeps is nobody else's on this machine
    main(prog_name="helpdesk")


if __name__ == "__main__":
    start()
