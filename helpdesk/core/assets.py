"""Finds templates, static files and migrations: beside the package in a checkout, inside it in the wheel."""

from pathlib import Path
from typing import Literal

import helpdesk

PACKAGE = Path(helpdesk.__file__).parent


def assets_dir(name: Literal["templates", "static", "migrations"]) -> Path:
    """The folder of that name, wherever this copy of the program keeps it."""
    inside = PACKAGE / "_assets" / name
    return inside if inside.is_dir() else PACKAGE.parent / name
