"""The roles a form offers, each with what it permits, and the role behind what was chosen."""

from collections.abc import Mapping

from babel.lists import format_list
from flask import g
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from helpdesk.accounts.models import Role
from helpdesk.accounts.permissions import Permission
from helpdesk.core.db import db
from helpdesk.web.admin.people_choices import choices
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import viewer_locale

CUSTOMER = "customer"
PERMITS: Mapping[Permission, LazyString] = {
    Permission.SEE_EVERY_TICKET: lazy("sees every ticket"),
    Permission.SEE_TEAM_TICKETS: lazy("sees tickets of own teams"),
    Permission.ANSWER_TICKETS: lazy("answers"),
    Permission.CHANGE_TICKETS: lazy("changes tickets"),
    Permission.DELETE_TICKETS: lazy("deletes tickets"),
    Permission.MANAGE_SHARED_VIEWS: lazy("manages shared views"),
    Permission.MANAGE_PEOPLE: lazy("manages people"),
    Permission.MANAGE_DESK: lazy("manages the desk"),
    Permission.READ_AUDIT: lazy("reads the audit trail"),
    Permission.IMPERSONATE: lazy("looks at the desk as others do"),
}


def offer_roles(field: RadioField, *, beside: int | None = None) -> Mapping[str, str]:
    """Put the roles into a field: those this person may give, and the one with the id `beside`. Returns the hints.

    Costs the statement of `choices`.
    """
    offered = [
        (str(role_id), name, permits)
        for role_id, name, permits in choices().roles
        if role_id == beside or all(g.agent.may(Permission(each)) for each in permits)
    ]
    field.choices = [
        SelectChoice(CUSTOMER, _("Customer")),
        *(SelectChoice(value, name) for value, name, _permissions in offered),
    ]
    return {
        CUSTOMER: _("Asks in the portal and sees own requests"),
        **{value: _in_words(permissions) for value, _name, permissions in offered},
    }


def roles_to_give() -> list[tuple[int, str]]:
    """Id and name of each role that this person may give. Costs the statement of `choices`."""
    return [
        (role_id, name)
        for role_id, name, permits in choices().roles
        if all(g.agent.may(Permission(each)) for each in permits)
    ]


def chosen_role(field: RadioField) -> Role | None:
    """The role that was chosen; None for a customer."""
    return None if field.data == CUSTOMER else db.session.get_one(Role, int(field.data))


def _in_words(permissions: list[str]) -> str:
    shown = set(permissions)
    if Permission.SEE_EVERY_TICKET in shown:
        shown.discard(Permission.SEE_TEAM_TICKETS)  # it goes without saying
    known = [str(words) for permission, words in PERMITS.items() if permission in shown]
    sentence = str(format_list(known, locale=viewer_locale())) if known else _("may nothing yet")
    return sentence[:1].upper() + sentence[1:]
