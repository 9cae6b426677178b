"""People's names as they are kept."""

from helpdesk.core.errors import Unwelcome
from helpdesk.core.lines import one_line

LONGEST_NAME = 200


class BadName(Unwelcome):
    """A name nobody can be called by."""

    status = 422


def clean_name(text: str) -> str:
    """The name on one line. Raises BadName for a longer one than LONGEST_NAME."""
    name = one_line(text)
    if len(name) > LONGEST_NAME:
        raise BadName(f"Use at most {LONGEST_NAME} characters.")
    return name
