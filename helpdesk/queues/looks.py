"""How the list of a view can look: its columns, its orders, and what its rows can stand together by."""

from helpdesk.queues.sorting import ALL_SORTS

COLUMNS = (
    "priority",
    "requester",
    "organization",
    "status",
    "assignee",
    "team",
    "tags",
    "created",
    "updated",
    "activity",
    "wait",
    "due",
)
"""What a list shows beside number and title, in this order."""

VIEW_SORTS = (*ALL_SORTS, "organization", "team", "created", "updated", "wait")
"""Next deadline first (`due`), longest wait first (`wait`), or any other column."""

GROUPINGS = ("status", "priority", "assignee", "team", "organization", "due")
