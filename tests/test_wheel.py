"""The wheel holds everything the program needs, and nothing has to be beside it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ASSETS = ("templates", "static", "migrations")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built as a release is: the wheel from the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_it_holds_every_template_static_file_and_migration(wheel):
    here = {
        f"helpdesk/_assets/{path.relative_to(ROOT).as_posix()}"
        for name in ASSETS
        for path in (ROOT / name).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("helpdesk/_assets/")}

    assert packed == here


def test_it_runs_alone(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    program = (
        "from pathlib import Path; import helpdesk.app, helpdesk.config, helpdesk.database.migrations as migrations;"
        "app = helpdesk.app.create_app(helpdesk.config.Config(secret_key='x' * 40, database_url='postgresql://h/d'));"
        "print(helpdesk.__file__, app.test_client().get('/healthz').status_code, migrations.head())"
    )

    said = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    newest = max(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))[:4]
    assert said.stdout.split() == [f"{tmp_path}/installed/helpdesk/__init__.py", "200", newest], said.stderr
