"""How one gets to a page of the administration: by its own permission, and by the id of a row."""

from collections.abc import Callable

from flask import g

from helpdesk.accounts.permissions import Permission
from helpdesk.web import guards

ROW_ID = "int(max=9223372036854775807)"
"""For addresses: the id of a row; larger numbers fit into no column, so nothing has them."""


def needs(permission: Permission) -> Callable[[], None]:
    """For `bp.before_request`: answer 403 unless the person's role gives the permission."""

    def ask() -> None:
        guards.require(g.agent, permission)

    return ask
