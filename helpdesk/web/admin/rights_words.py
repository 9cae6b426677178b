"""What people may do, and the reasons of the policy, in words."""

from collections.abc import Mapping, Sequence

from babel.lists import format_list
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString

from helpdesk.accounts.abilities import Verdict
from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.policy import Ground
from helpdesk.web.admin.role_words import MEANINGS
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import viewer_locale

ABILITY_WORDS: Mapping[str, LazyString] = {
    "sees_everything": lazy("See every ticket, everybody and all numbers"),
    "can_open": lazy("Open tickets on behalf of somebody"),
    "can_change_any": lazy("Change tickets they see"),
    "can_answer_any": lazy("Answer tickets they see, and write notes"),
    "can_watch_any": lazy("Watch tickets they see"),
    "can_delete_any": lazy("Delete tickets they see, and bring them back"),
    "can_note_about": lazy("Write notes about people and organizations"),
    "can_manage_people": lazy("Manage people, organizations, teams and roles"),
    "can_merge_people": lazy("Merge accounts"),
    "can_manage_desk": lazy("Manage the desk"),
    "can_read_audit": lazy("Read the audit trail"),
    "can_manage_colleagues": lazy("Manage colleagues of their organization, as a customer"),
    "can_reply": lazy("Answer in public"),
    "can_note": lazy("Write an internal note"),
    "can_change": lazy("Change it"),
    "can_watch": lazy("Watch it"),
    "can_invite": lazy("Let others take part"),
    "can_settle": lazy("Say that it is solved"),
    "can_delete": lazy("Delete it"),
}
"""By predicate of the policy."""
GROUND_WORDS: Mapping[Ground, LazyString] = {
    Ground.EVERY: lazy("Their role shows every ticket."),
    Ground.ASSIGNED: lazy("It is assigned to them."),
    Ground.TEAM: lazy("It is with a team they are in."),
    Ground.REQUESTED: lazy("It is their own request."),
    Ground.TAKES_PART: lazy("They were asked to take part."),
    Ground.ORGANIZATION: lazy("Their organization shares its requests with them."),
}

LOOKED_AT: Mapping[str, tuple[LazyString, LazyString]] = {
    "organization_role": (
        lazy("They do not manage their organization."),
        lazy("They manage their organization."),
    ),
    "id": (lazy("It is somebody else's request."), lazy("It is their own request.")),
    "is_staff": (lazy("Not with an account of this kind."), lazy("Everybody who works here may.")),
    "is_active": (
        lazy("The account is not active: it may nothing."),
        lazy("Customers may, with every request they see."),
    ),
}
"""By what the policy looked at last: why not, and why."""


def reason(verdict: Verdict, person: User, role: str) -> str:
    """Why the policy said yes or no: what it looked at decides which sentence."""
    if not person.is_active:
        return _("The account is not active: it may nothing.")
    if verdict.permissions:
        listed = _listed(verdict.permissions)
        if verdict.may:
            return _("The role %(role)s permits it: %(permissions)s.", role=role, permissions=listed)
        return _("The role %(role)s lacks: %(permissions)s.", role=role, permissions=listed)
    looked_at = verdict.facts[-1].about if verdict.facts else ""
    words = LOOKED_AT.get(looked_at, LOOKED_AT["is_active"])
    return str(words[verdict.may])


def reason_of_sight(person: User, role: str, grounds: Sequence[Ground]) -> str:
    """Why they see a ticket, or do not."""
    if grounds:
        return " ".join(str(GROUND_WORDS[each]) for each in grounds)
    if not person.is_active:
        return _("The account is not active: it may nothing.")
    if not person.is_staff:
        return _("It is not theirs, they do not take part, and no organization shares it with them.")
    if person.may(Permission.SEE_TEAM_TICKETS):
        return _(
            "The role %(role)s shows tickets of their teams and those assigned to them; this is neither.",
            role=role,
        )
    return _("The role %(role)s shows only tickets assigned to them.", role=role)


def _listed(permissions: Sequence[Permission]) -> str:
    names = [str(MEANINGS[each][0]) for each in dict.fromkeys(permissions)]
    return str(format_list(names, locale=viewer_locale()))
