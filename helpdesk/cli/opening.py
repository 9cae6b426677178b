"""From the start of the children to the line that says the desk is ready."""

import http.client
import subprocess
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import click

from helpdesk.cli.supervisor import Child, python
from helpdesk.config import Config

WITHIN = 60.0  # seconds; a cold machine with a slow disk still makes it
DEATHS = 3  # of one child, after which it is not worth waiting


class Opening:
    """Asks /readyz until it says yes, then prints the address and, on a fresh desk, the setup link."""

    def __init__(self, config: Config, children: Sequence[Child], environment: dict[str, str]) -> None:
        self.config, self.children = config, children
        self.deadline = time.monotonic() + WITHIN
        self.is_over = False
        self.answer = "no answer"
        # made while the others start: it takes as long as they do
        self.link = subprocess.Popen(
            python("helpdesk.cli", "setup-link"),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    def look(self) -> None:
        """One question; says so when it is answered, gives up when it will not be."""
        if self.is_over:
            return
        if self._is_ready() and self.link.poll() is not None:
            self.is_over = True
            self._announce()
        elif dead := next((child for child in self.children if child.deaths >= DEATHS), None):
            raise click.ClickException(f"The {dead.name} does not start: it says why above.")
        elif time.monotonic() > self.deadline:
            raise click.ClickException(f"Not ready after {WITHIN:.0f} seconds: {self.answer}.")

    def close(self) -> None:
        """Leave nothing behind when the start is broken off."""
        self.link.kill()
        self.link.wait()

    def _is_ready(self) -> bool:
        address = urlsplit(self.config.listen_url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port or 80, timeout=2)
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            self.answer = f"/readyz says {response.read(300).decode(errors='replace').strip()!r}"
        except (OSError, http.client.HTTPException):
            return False
        else:
            return response.status == http.client.OK
        finally:
            connection.close()

    def _announce(self) -> None:
        click.echo(f"Helpdesk is ready: {self.config.listen_url}")
        link, _ = self.link.communicate()
        if link.strip():
            click.echo(f"Set it up here (the link works once): {link.strip()}")
