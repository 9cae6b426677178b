"""The job that reads files."""

import time

from helpdesk.background.jobs import job
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.tickets.extraction import operations

AT_ONCE = 50.0
"""Seconds: the next one goes on a minute later."""


class NotRead(Exception):
    """Files whose words nobody could take out for a reason that may pass; each is tried again by itself."""


@job(name="tickets.read_files", in_steps=True)
def read_files() -> None:
    """Each file is a step: what was read stays read, whatever the next one does.

    Raises NotRead at the end for those that failed: the list of jobs then names the first and counts them.
    """
    until = time.monotonic() + AT_ONCE
    failures: list[tuple[str, Exception]] = []
    while time.monotonic() < until:
        with unit_of_work():
            file = operations.next_unread()
        if file is None:
            break
        try:
            _read(file)
        except Exception as error:
            with unit_of_work():
                operations.put_off(file)
            failures.append((file.sha256, error))
    if failures:
        sha256, first = failures[0]
        raise NotRead(f"{len(failures)} stored files could not be read, first {sha256}: {first}") from first


def _read(file: operations.Unread) -> None:
    text = operations.text_of(file)
    with unit_of_work():
        operations.keep_text(file, text)
