"""`helpdesk announce`: waits until the desk is ready and says where it is; started by `helpdesk run`."""

import http.client
import time
from urllib.parse import urlsplit

import click

from helpdesk.config import Config

PATIENCE = 180.0  # seconds; a cold machine with a slow disk still makes it
PAUSE = 0.1  # seconds between two questions


@click.command("announce", hidden=True)
def command() -> None:
    """Print the address when /readyz says yes and, on a fresh desk, the way in."""
    from helpdesk.cli.setup_link import fresh_link  # noqa: PLC0415 — the whole program comes with it

    config = Config.from_environ()
    link = fresh_link(config)
    wait_until_ready(config.listen_url)
    click.echo(f"Helpdesk is ready: {config.listen_url}")
    if link:
        click.echo(f"Set it up here (the link works once): {link}")


def wait_until_ready(url: str, *, patience: float = PATIENCE) -> None:
    """Return when /readyz answers 200; a ClickException with its last answer when it does not."""
    deadline = time.monotonic() + patience
    status, answer = ask(url)
    while status != http.client.OK:
        if time.monotonic() > deadline:
            raise click.ClickException(f"Not ready after {patience:.0f} seconds: {answer}")
        time.sleep(PAUSE)
        status, answer = ask(url)


def ask(url: str) -> tuple[int, str]:
    """Status and text of /readyz; 0 and the reason where nobody answers."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port or 80, timeout=5)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status, response.read(1000).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return 0, f"{url} does not answer ({error})."
    finally:
        connection.close()
