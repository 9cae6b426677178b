"""A PostgreSQL of somebody else: the oldest Debian's packages have installed here."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from helpdesk.database.accounts import Account, account_for_new_cluster
from tests.support.folders import open_folder


def oldest() -> Path:
    """Its folder of programs."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert versions, "install Debian's package postgresql"
    return versions[0].parent


@contextmanager
def running(**settings: str) -> Iterator["Peer"]:
    """A fresh server with passwords, on a free port of 127.0.0.1 and with TLS."""
    with open_folder() as folder:
        peer = Peer(folder, oldest(), account_for_new_cluster())
        peer.make()
        peer.start(**settings)
        try:
            yield peer
        finally:
            peer.stop()


class Peer:
    """One such server."""

    def __init__(self, folder: Path, programs: Path, account: Account) -> None:
        self.folder, self.programs, self.account = folder, programs, account
        self.data = folder / "data"
        self.authority = folder / "ca.pem"
        self.port = _free_port()

    def make(self) -> None:
        self.account.make_private_folder(self.data)
        password = self.folder / "password"
        password.write_text("postgres")
        password.chmod(0o644)
        self._run(
            "initdb",
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            f"--pwfile={password}",
            "-E",
            "UTF8",
            "--no-sync",
        )
        self._make_certificate()

    def start(self, **settings: str) -> None:
        own = {"port": str(self.port), "listen_addresses": "127.0.0.1", "ssl": "on", "fsync": "off"}
        own |= {"unix_socket_directories": str(self.data)} | settings
        options = " ".join(f"-c {name}='{value}'" for name, value in own.items())
        self._run("pg_ctl", "start", "-w", "-l", str(self.data / "log"), "-o", options)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate")

    def url(
        self, *, user: str = "postgres", password: str = "postgres", database: str = "postgres", **more: str
    ) -> str:
        query = "&".join(f"{name}={value}" for name, value in more.items())
        return f"postgresql://{user}:{password}@localhost:{self.port}/{database}?hostaddr=127.0.0.1&{query}"

    def execute(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database=database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        done = self.account.run([self.programs / program, "-D", self.data, *arguments])
        assert done.returncode == 0, done.stderr + done.stdout

    def _make_certificate(self) -> None:
        key, certificate = self.data / "server.key", self.data / "server.crt"
        name = "-subj /CN=localhost -addext subjectAltName=DNS:localhost"
        command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 {name}"
        subprocess.run(
            [*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True
        )
        self.authority.write_bytes(certificate.read_bytes())
        key.chmod(0o600)
        for path in (key, certificate):
            self.account.take(path)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
