"""Settings that whoever runs the program has fixed from outside: they go before what an administrator chose."""

from dataclasses import fields
from typing import Any

from helpdesk.config import Config
from helpdesk.core.configuration import configuration
from helpdesk.settings.catalogue import OPTIONS

_FIELDS = {each.metadata["name"]: each.name for each in fields(Config)}


def set_outside(name: str) -> Any:
    """The value that the environment gives a setting; None where the administrator's counts."""
    variable = OPTIONS[name].variable
    return getattr(configuration(), _FIELDS[variable]) if variable else None
