"""People's names as they are kept."""

from helpdesk.core.errors import Unwelcome
from helpdesk.core.html import clean_text

LONGEST_NAME = 200


class BadName(Unwelcome):
    """A name nobody can be called by."""

    status = 422


def clean_name(text: str) -> str:
    """The name on one line, without what cannot be seen. Raises BadName for a longer one than LONGEST_NAME."""
    visible = "".join(character if character.isprintable() else " " for character in clean_text(text))
    name = " ".join(visible.split())
    if len(name) > LONGEST_NAME:
        raise BadName(f"Use at most {LONGEST_NAME} characters.")
    return name
