"""Who may do what about how others sign in: predicates."""

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.accounts.policy import can_manage_people, is_touchable


def can_remove_factors(user: User, person: User) -> bool:
    """Take somebody's second factors away: of who may not do more than oneself, and not one's own that way."""
    may_no_more = all(user.may(Permission(each)) for each in person.permissions)
    return can_manage_people(user) and person.id != user.id and is_touchable(person) and may_no_more


def can_impersonate(user: User, person: User) -> bool:
    """Look at the desk as somebody who signs in themself and may do nothing that oneself may not.

    Whoever sees less than every ticket would see more through others' eyes; whoever looks through others' eyes is
    nobody to look through.
    """
    if not user.is_staff or not user.may(Permission.IMPERSONATE) or not user.may(Permission.SEE_EVERY_TICKET):
        return False
    is_there = is_touchable(person) and person.is_active and person.id != user.id
    theirs = {Permission(each) for each in person.permissions}
    may_no_more = all(user.may(each) for each in theirs)
    return is_there and may_no_more and Permission.IMPERSONATE not in theirs
