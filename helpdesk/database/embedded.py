"""The embedded PostgreSQL: made, started or adopted, and stopped in the data folder."""

import fcntl
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from helpdesk.config import make_passable
from helpdesk.database import binaries
from helpdesk.database.accounts import Account
from helpdesk.database.places import existing, settle, socket_dir
from helpdesk.database.problems import DatabaseProblem
from helpdesk.database.roles import ensure_roles

LOGIN = "helpdesk"
SUPERUSER = "postgres"
DATABASE = "helpdesk"
PATIENCE = 60.0  # seconds; a server killed in the middle of much work first replays its log
LOG_LIMIT = 10_000_000  # bytes

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_preload_libraries": "pg_stat_statements",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "200",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "password_encryption": "scram-sha-256",
}
# Not safe against a power cut, which tests do not have; still safe against kill -9.
HURRIED = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


class EmbeddedServer:
    """A PostgreSQL of our own below a data folder, reachable through a socket only its user can open."""

    def __init__(self, data_dir: Path, *, for_tests: bool = False) -> None:
        self.settings = SETTINGS | HURRIED if for_tests else SETTINGS
        self.account, self.home = settle(data_dir.resolve())
        self.socket_dir = socket_dir(self.home)
        self.cluster = self.home / "cluster"
        self.log = self.home / "postgresql.log"

    def start(self) -> None:
        """Make what is missing, start it or adopt the one that runs. Returns when it answers."""
        with self._alone():
            deadline = time.monotonic() + PATIENCE
            while not self._answers(deadline):
                if not self.is_running():
                    self._make_cluster()
                    self._launch(deadline)
            try:
                self._make_database()
            except psycopg.OperationalError as error:
                raise DatabaseProblem(
                    f"The embedded database ended while it was prepared: {error}"
                ) from error

    def stop(self) -> None:
        """Stop in order (`fast`: sessions are ended, data is flushed); a hanging server is cut short."""
        if not self.is_running():
            return
        with self._alone():
            for mode in ("fast", "immediate"):
                if self.is_running():
                    self._pg_ctl("stop", "-w", "-t", "20", "-m", mode)

    def remove(self) -> None:
        """Stop it and delete all it has: for tests."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        if self.socket_dir.parent != self.home:
            shutil.rmtree(self.socket_dir, ignore_errors=True)

    def is_running(self) -> bool:
        return self.pid is not None

    @property
    def pid(self) -> int | None:
        """The postmaster's process, believed only if that process works on this very folder."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if _works_in(pid, self.cluster) else None

    def url(self, database: str = DATABASE, user: str = LOGIN) -> str:
        """A libpq URL through the socket."""
        address = urlencode({"host": str(self.socket_dir)}, quote_via=quote, safe="/")
        return f"postgresql://{user}:{self._password(user)}@/{database}?{address}"

    def superuser_url(self, database: str = DATABASE) -> str:
        return self.url(database, SUPERUSER)

    def create_database(self, name: str, *, template: str | None = None) -> None:
        """A database owned by `helpdesk_owner`; a template is copied as files, which is quickest here."""
        statement = sql.SQL("CREATE DATABASE {} OWNER helpdesk_owner").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
        with self._superuser("postgres") as connection:
            connection.execute(statement)
        if not template:
            self._prepare_database(name)

    def drop_database(self, name: str) -> None:
        with self._superuser("postgres") as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two programs that start the same server follow each other."""
        try:
            make_passable(self.home)
            handle = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise DatabaseProblem(
                f"The folder {self.home} cannot be written ({error.strerror}): "
                f"it belongs to {Account.owner_of(existing(self.home)).name}; start helpdesk as that user, "
                "or set HELPDESK_DATA to another folder."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _make_cluster(self) -> None:
        programs = self._programs()
        ours = binaries.version(programs, self.account)
        if (self.cluster / "PG_VERSION").exists():
            theirs = (self.cluster / "PG_VERSION").read_text().strip()
            if theirs != str(ours):
                raise DatabaseProblem(
                    f"The data in {self.cluster} is of PostgreSQL {theirs}, this helpdesk brings {ours}: "
                    f"dump it with the release of helpdesk that wrote it, or run a PostgreSQL {theirs} on it "
                    "and set DATABASE_URL."
                )
            return
        draft = self.home / "cluster.draft"  # a kill in the middle leaves a draft, never half a cluster
        shutil.rmtree(draft, ignore_errors=True)
        self.account.make_private_folder(draft)
        for user in (SUPERUSER, LOGIN):
            self._write_password(user)
        letters = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"  # pg_trgm skips non-ASCII under C
        self._check(
            self.account.run(
                [
                    programs / "initdb",
                    f"--pgdata={draft}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={self._password_file(SUPERUSER)}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--lc-collate=C",
                    f"--lc-ctype={letters}",
                    "--data-checksums",
                    *(["--no-sync"] if "fsync" in self.settings else []),
                ]
            ),
            "The embedded database could not be made",
        )
        draft.rename(self.cluster)

    def _launch(self, deadline: float) -> None:
        self._make_socket_dir()
        for stale in (self.cluster / "postmaster.pid", self.socket_dir / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)  # its writer is gone (see `pid`), though the number may live on
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        self.account.take(self.log)
        settings = self.settings | {"unix_socket_directories": str(self.socket_dir)}
        options = " ".join(shlex.quote(f"--{name}={value}") for name, value in settings.items())
        while self._pg_ctl("start", "-w", "-t", "60", "-l", str(self.log), "-o", options).returncode != 0:
            # after a kill -9 its children need a moment to notice, and hold the shared memory until then
            if "shared memory" not in self._last_words() or time.monotonic() > deadline:
                raise DatabaseProblem(
                    f"The embedded database does not start: {self._last_words()} (see {self.log})"
                )
            time.sleep(0.2)

    def _make_socket_dir(self) -> None:
        self.account.make_private_folder(self.socket_dir)
        if not self.account.owns_privately(self.socket_dir):
            raise DatabaseProblem(f"The folder {self.socket_dir} is not private: remove it and start again.")

    def _answers(self, deadline: float) -> bool:
        """False when there is nobody to wait for; one that is busy with its log gets its time."""
        while self.is_running():
            try:
                with self._superuser("postgres"):
                    return True
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or "password authentication failed" in str(error):
                    raise DatabaseProblem(f"The embedded database does not answer: {error}") from error
                time.sleep(0.05)
        return False

    def _make_database(self) -> None:
        with self._superuser("postgres") as connection:
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [LOGIN]).rowcount:
                statement = sql.SQL("CREATE ROLE {} LOGIN NOINHERIT PASSWORD {}")
                connection.execute(statement.format(sql.Identifier(LOGIN), self._password(LOGIN)))
            exists = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount
        if exists:
            self._prepare_database(DATABASE)
        else:
            ensure_roles(self.superuser_url("postgres"), login=LOGIN)
            self.create_database(DATABASE)

    def _prepare_database(self, name: str) -> None:
        ensure_roles(self.superuser_url(name), login=LOGIN)
        with self._superuser(name) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def _superuser(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self.superuser_url(database), autocommit=True)

    def _programs(self) -> Path:
        return binaries.runnable_by(self.account, self.home)

    def _pg_ctl(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self.account.run([self._programs() / "pg_ctl", "-D", self.cluster, *arguments])

    def _last_words(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if "FATAL" in line]
        return lines[-1].split("FATAL:", 1)[1].strip() if lines else "no reason given"

    @staticmethod
    def _check(done: "subprocess.CompletedProcess[str]", sentence: str) -> None:
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
            reason = next((line for line in lines if "error:" in line or "FATAL:" in line), lines[-1])
            raise DatabaseProblem(f"{sentence}: {reason}")

    def _password_file(self, user: str) -> Path:
        return self.home / f"{user}.password"

    def _password(self, user: str) -> str:
        try:
            return self._password_file(user).read_text()
        except OSError as error:
            raise DatabaseProblem(
                f"The password of the embedded database cannot be read ({error.filename}: {error.strerror})."
            ) from error

    def _write_password(self, user: str) -> None:
        path = self._password_file(user)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
            file.flush()
            os.fsync(file.fileno())
        self.account.take(path)


def _works_in(pid: int, folder: Path) -> bool:
    """Whether this process lives and has gone into the folder, as PostgreSQL goes into its data."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:  # gone, a zombie, no /proc, or root of a container, who may not look there
        return str(folder) in _command_line(pid)


def _command_line(pid: int) -> str:
    """Empty for a dead process and for a zombie."""
    if sys.platform != "linux":
        command = ["ps", "-o", "args=", "-p", str(pid)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return ""
