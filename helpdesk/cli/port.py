"""The port the desk listens on, taken before anything else starts."""

import errno
import os
import socket
import time

import click

from helpdesk.config import Config

PATIENCE = 2.0  # seconds; a killed predecessor lets go a moment later
BACKLOG = 2048


def reserved(config: Config) -> socket.socket:
    """A listening socket; the web server inherits it, so that callers wait while it is started again."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            family, *_ = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0]
            return socket.create_server((config.host, config.port), family=family, backlog=BACKLOG)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise click.ClickException(_explain(error, config)) from error
        time.sleep(0.1)


def _explain(error: OSError, config: Config) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {config.port} of {config.host} is taken by another program: "
            "stop that one, or set HELPDESK_PORT to a free port."
        )
    if error.errno == errno.EACCES:
        return f"Port {config.port} is for root only: set HELPDESK_PORT to one above 1023."
    reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
    return f"{config.host} is no address of this machine ({reason}): correct HELPDESK_HOST."
