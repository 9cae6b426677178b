"""What happened to the settings of the desk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Settings, by name, were given another value, or the same once more."""

    names: frozenset[str]
