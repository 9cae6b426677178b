"""What the keys are called, in the order in which their list shows them."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

GROUPS: Sequence[tuple[LazyString, Sequence[tuple[str, LazyString]]]] = (
    (
        _("In a list"),
        (
            ("next", _("Next row or ticket")),
            ("previous", _("Previous row or ticket")),
            ("open", _("Open")),
            ("select", _("Select")),
            ("select_range", _("Select all since the last one")),
            ("select_all", _("Select the whole page")),
        ),
    ),
    (
        _("The selected tickets, or the one on the page"),
        (
            ("assign", _("Assignee")),
            ("take", _("Assign to me")),
            ("team", _("Team")),
            ("priority", _("Priority")),
            ("status", _("Status")),
            ("tags", _("Tags")),
        ),
    ),
    (
        _("On a ticket"),
        (
            ("reply", _("Reply")),
            ("note", _("Internal note")),
            ("resolve", _("Resolve")),
            ("resolve_next", _("Resolve and open the next ticket")),
            ("copy", _("Copy the number")),
            ("next_ticket", _("Next ticket of the list")),
            ("previous_ticket", _("Previous ticket of the list")),
            ("back", _("Back to the list")),
        ),
    ),
    (
        _("Everywhere"),
        (
            ("search", _("Search")),
            ("new", _("New ticket")),
            ("undo", _("Undo what was done last")),
            ("help", _("This list of keys")),
        ),
    ),
    (
        _("Go to"),
        (
            ("go_unassigned", _("Unassigned")),
            ("go_mine", _("Mine")),
            ("go_teams", _("My teams")),
            ("go_overdue", _("Overdue")),
            ("go_waiting", _("Waiting on customer")),
            ("go_open", _("All open")),
        ),
    ),
)

FIXED: Sequence[tuple[str, Sequence[str], LazyString]] = (
    ("always", ("Ctrl", "K"), _("Everything one can do here, by its name")),
    ("composer", ("Ctrl", "Enter"), _("Send")),
    ("composer", ("Ctrl", "Shift", "Enter"), _("Send, resolve and open the next ticket")),
    ("always", ("Esc",), _("Leave a field, close what is open, clear the selection")),
)
"""Keys nobody changes: where they do something, what is pressed together, what it does."""

WORDS = {act: words for _group, acts in GROUPS for act, words in acts}
