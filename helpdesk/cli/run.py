"""`helpdesk run`: the whole desk as one program."""

import os
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

import click

from helpdesk.cli.port import reserved
from helpdesk.cli.supervisor import Child, Supervisor, python, spawn
from helpdesk.config import Config
from helpdesk.database.access import held, prepared
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.problems import DatabaseProblem

HOPELESS = 3  # deaths of one child before the desk is ready
LOOK_EVERY = 1.0  # seconds between two looks at the embedded database


@click.command("run")
def command() -> None:
    """Start the desk: database, web server, worker and mail fetcher. Ctrl-C ends all of them in order."""
    supervisor = Supervisor()
    config = Config.from_environ()
    with ExitStack() as stack:
        stack.enter_context(held(config.data_dir))
        listener = stack.enter_context(reserved(config))
        supervisor.listen()
        if config.is_embedded:
            config = _with_embedded_server(config, supervisor, stack)
        supervisor.attempt(lambda: prepared(config))
        if not supervisor.is_told_to_stop:
            _serve(config, supervisor, stack, listener)
    click.echo("Stopped.")


def _with_embedded_server(config: Config, supervisor: Supervisor, stack: ExitStack) -> Config:
    server = EmbeddedServer(config.data_dir)
    stack.callback(server.stop)
    server.start()
    supervisor.watches.append(Revival(server).look)
    return replace(config, database_url=server.url())


def _serve(config: Config, supervisor: Supervisor, stack: ExitStack, listener: socket.socket) -> None:
    """Start all parts, say when they are ready, and watch over them until told to stop."""
    known = {"HELPDESK_DATA": str(config.data_dir)}
    if config.database_url_file is None:
        known["DATABASE_URL"] = str(config.database_url)
    environment = {**os.environ, **known}
    web = ["gunicorn", "-c", "python:helpdesk.cli.gunicorn_settings", "--bind", f"fd://{listener.fileno()}"]
    supervisor.children += [
        Child(
            "web server", python(*web, "helpdesk.app:create_app()"), environment, keeps=[listener.fileno()]
        ),
        Child("worker", python("helpdesk.cli", "worker"), environment),
        Child("mail fetcher", python("helpdesk.cli", "fetch"), environment),
    ]
    stack.callback(supervisor.end)
    opening = Opening(supervisor.children, environment)
    stack.callback(opening.close)
    supervisor.watches.append(opening.look)
    while not supervisor.is_told_to_stop:
        supervisor.round()


class Revival:
    """Starts the embedded database again when it has died."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.due = 0.0

    def look(self) -> None:
        if time.monotonic() < self.due:
            return
        self.due = time.monotonic() + LOOK_EVERY
        if not self.server.is_running():
            click.echo("The database ended; starting it again.", err=True)
            try:
                self.server.start()
            except DatabaseProblem as problem:  # a full disk, say: the desk answers 503 until it is mended
                click.echo(str(problem), err=True)


class Opening:
    """Until the desk is ready, what dies again and again ends everything; later it is only started again."""

    def __init__(self, children: Sequence[Child], environment: dict[str, str]) -> None:
        self.children = children
        self.announcer = spawn(python("helpdesk.cli", "announce"), environment)

    def look(self) -> None:
        code = self.announcer.poll()
        if code is None:
            if dead := next((child for child in self.children if child.deaths >= HOPELESS), None):
                raise click.ClickException(f"The {dead.name} does not start: it says why above.")
        elif code != 0:
            raise click.ClickException("The desk did not become ready.")

    def close(self) -> None:
        self.announcer.kill()
        self.announcer.wait()
