"""What customers are told people are called: the portal knows names, never addresses."""

from helpdesk.web import doorway
from helpdesk.web.languages import gettext as _


def called(full_name: str | None, *, is_staff: bool) -> str:
    """A person's name; one of the staff without a name speaks for the desk."""
    return full_name or (doorway.desk().desk_name if is_staff else _("Somebody"))
