"""What a line of the catalogue says: a page in a state that looks different, and who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PersonaPage:
    """One page in one state. `path` may hold the names of places: {full}, {person} … (tests/support/furnished.py)."""

    name: str
    """Of its own in the whole catalogue: pictures and findings go by it."""
    path: str
    reader: str
    """One of the cast, MANAGER, NOBODY (who is not signed in) or LINK_HOLDER (who came by a mailed link)."""
    status: int = 200
    sends: Mapping[str, str] = field(default_factory=dict)
    """The fields of a form that is sent to `path`, and refused: what comes back is the page."""
    is_pictured: bool = True
    """Whether a picture of it belongs into docs/screenshots."""
    is_before_setup: bool = False
    """Whether it is there only as long as the desk is not set up."""

    def address(self, places: Mapping[str, object]) -> str:
        """Its path on the desk that has these places."""
        return self.path.format_map(places)


MANAGER, NOBODY, LINK_HOLDER = "mona", "nobody", "link holder"
