"""Who may keep and change views."""

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.queues.models import SavedView


def can_share(user: User) -> bool:
    """Whether somebody may put a view beside other people's pages, and change those that are there."""
    return user.may(Permission.MANAGE_SHARED_VIEWS)


def can_change(user: User, view: SavedView) -> bool:
    """One's own always; a shared one, which they may open, with the right to share."""
    return view.owner_id == user.id or (view.owner_id is None and can_share(user))
