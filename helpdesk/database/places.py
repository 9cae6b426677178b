"""Where the embedded PostgreSQL keeps what it has, and who it runs as there."""

import hashlib
import os
from pathlib import Path

from helpdesk.database.accounts import Account, account_for_new_cluster

ELSEWHERE = Path("/var/lib/helpdesk")  # for root, where the system user cannot reach the data folder
LONGEST_SOCKET = 100  # bytes; Linux takes 107, macOS 103


def existing_home(data_dir: Path) -> Path | None:
    """Where the cluster of this data folder is, if there is one."""
    for place in _places(data_dir.resolve()):
        if _is_there(place / "cluster" / "PG_VERSION"):
            return place
    return None


def settle(data_dir: Path) -> tuple[Account, Path]:
    """Who runs PostgreSQL, and where: with the cluster that exists, or else where that user can be."""
    if home := existing_home(data_dir):
        return Account.owner_of(home / "cluster"), home
    account = account_for_new_cluster()
    beside, elsewhere = _places(data_dir)
    if account.is_us or account.can_enter(existing(data_dir)):
        return account, beside
    return account, elsewhere


def _places(data_dir: Path) -> tuple[Path, Path]:
    return data_dir / "postgresql", ELSEWHERE / short_hash(data_dir)


def existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(parent for parent in (folder, *folder.parents) if _is_there(parent))


def _is_there(path: Path) -> bool:
    """As far as we may see."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def socket_dir(home: Path) -> Path:
    """Beside the data; the path of a socket may not be long, so else in a folder of a short name."""
    inside = home / "socket"
    if len(os.fsencode(inside / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET:
        return inside
    return Path("/tmp") / f"helpdesk-{short_hash(home)}"  # noqa: S108 — its owner and mode are checked
