"""Each part of the administration asks for its own permission; an agent without it reads that on a 403 page."""

from collections.abc import Callable

from flask import g

from helpdesk.accounts.permissions import Permission
from helpdesk.web import guards


def needs(permission: Permission) -> Callable[[], None]:
    """For `bp.before_request`: answer 403 unless the person's role gives the permission."""

    def ask() -> None:
        guards.require(g.agent, permission)

    return ask
