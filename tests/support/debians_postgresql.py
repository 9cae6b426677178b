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
        self.port = free_port()

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
        """An authority of its own, and a certificate by it for `localhost` alone."""
        authority_key = self.folder / "ca.key"
        key, certificate, request = (self.data / f"server.{kind}" for kind in ("key", "crt", "csr"))
        new = "openssl req -newkey rsa:2048 -nodes"
        _openssl(f"{new} -x509 -days 2 -subj /CN=authority -keyout {authority_key} -out {self.authority}")
        _openssl(
            f"{new} -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout {key} -out {request}"
        )
        _openssl(
            f"openssl x509 -req -days 2 -copy_extensions copy -in {request} -CA {self.authority}"
            f" -CAkey {authority_key} -CAcreateserial -out {certificate}"
        )
        key.chmod(0o600)
        for path in (key, certificate):
            self.account.take(path)


def another_authority(folder: Path) -> Path:
    """The certificate of an authority that has signed nothing."""
    path = folder / "other-ca.pem"
    key = folder / "other-ca.key"
    _openssl(f"openssl req -newkey rsa:2048 -nodes -x509 -days 2 -subj /CN=other -keyout {key} -out {path}")
    return path


def _openssl(command: str) -> None:
    subprocess.run(command.split(), check=True, capture_output=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
