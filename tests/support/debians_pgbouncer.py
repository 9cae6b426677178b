"""Debian's PgBouncer in transaction mode, as it is installed, in front of a PostgreSQL of somebody else."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.support.debians_postgresql import Peer, free_port
from tests.support.folders import open_folder
from tests.support.processes import eventually

# nothing in it is there for our sake: start-up parameters it does not know are refused
SETTINGS = """[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
logfile = {log}
"""


def program() -> str:
    found = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")
    assert found, "install Debian's package pgbouncer"
    return found


@contextmanager
def running(peer: Peer, *, user: str, password: str, connections: int = 2) -> Iterator[int]:
    """Its port on 127.0.0.1; all its clients share so many connections to the server."""
    with open_folder() as folder:
        port = free_port()
        users, ini, log = folder / "users.txt", folder / "pgbouncer.ini", folder / "pgbouncer.log"
        users.write_text(f'"{user}" "{password}"\n')
        log.touch()
        ini.write_text(
            SETTINGS.format(server=peer.port, port=port, users=users, connections=connections, log=log)
        )
        for path in (users, ini, log):
            path.chmod(0o600)
            peer.account.take(path)
        account = peer.account
        process = subprocess.Popen(
            [program(), "-q", str(ini)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=None if account.is_us else account.uid,
            group=None if account.is_us else account.gid,
        )
        try:
            url = f"postgresql://{user}:{password}@127.0.0.1:{port}/postgres"
            assert eventually(lambda: _answers(url), within=20), log.read_text()
            yield port
        finally:
            process.terminate()
            process.wait(10)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
