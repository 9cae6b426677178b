"""The system user PostgreSQL runs as: it refuses root, so root hands it to a user without rights."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpdesk.database.problems import DatabaseProblem

DEDICATED = "helpdesk"
ANYBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine, and what can be done in their name."""

    uid: int
    gid: int

    @classmethod
    def current(cls) -> "Account":
        return cls(os.geteuid(), os.getegid())

    @classmethod
    def owner_of(cls, path: Path) -> "Account":
        found = path.stat()
        return cls(found.st_uid, found.st_gid)

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def run(self, command: Sequence[str | Path]) -> "subprocess.CompletedProcess[str]":
        """Run to the end as this user, in `/`, with untranslated messages; both outputs are kept."""
        if not self.is_us and os.geteuid() != 0:
            raise DatabaseProblem(f"Only root can act as user {self.name}: start helpdesk as that user.")
        identity: dict[str, Any] = (
            {} if self.is_us else {"user": self.uid, "group": self.gid, "extra_groups": []}
        )
        arguments = [str(part) for part in command]
        try:
            return subprocess.run(
                arguments,
                cwd="/",
                env={**os.environ, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                **identity,
            )
        except OSError as error:  # it may not even be executed, which is an answer too
            return subprocess.CompletedProcess(arguments, 126, "", str(error))

    def can_enter(self, folder: Path) -> bool:
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0

    def make_private_folder(self, folder: Path) -> None:
        """Closed to all others. One that exists and is not ours stays as it is: it may be a trap."""
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
            self.take(folder)

    def owns_privately(self, folder: Path) -> bool:
        found = folder.lstat()
        is_closed = stat.S_IMODE(found.st_mode) & 0o077 == 0
        return stat.S_ISDIR(found.st_mode) and found.st_uid == self.uid and is_closed

    def take(self, path: Path) -> None:
        if not self.is_us:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)


def account_for_new_cluster() -> Account:
    """Ourselves; as root a dedicated system user, made on the first occasion, or else `nobody`."""
    if os.geteuid() != 0:
        return Account.current()
    return _named(DEDICATED) or _made(DEDICATED) or _named(ANYBODY) or _refuse()


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid) if entry.pw_uid else None


def _made(name: str) -> Account | None:
    if useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin"):
        about = "Helpdesk's embedded PostgreSQL"
        shell = "/usr/sbin/nologin"
        command = [
            useradd,
            "--system",
            "--user-group",
            "--no-create-home",
            "--comment",
            about,
            "--shell",
            shell,
            name,
        ]
        subprocess.run(command, capture_output=True, check=False)
    return _named(name)


def _refuse() -> Account:
    raise DatabaseProblem(
        "PostgreSQL does not run as root and no system user was found for it: "
        "create one (useradd --system helpdesk), start helpdesk as an ordinary user, or set DATABASE_URL."
    )
