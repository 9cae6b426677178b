"""What every page knows: the desk's name and who reads it."""

from typing import Any

from flask import Flask

from helpdesk.web import doorway


def _common() -> dict[str, Any]:
    return {"desk_name": doorway.desk().desk_name, "person": doorway.person()}


def init_app(app: Flask) -> None:
    """Add what the layouts need."""
    app.context_processor(_common)
