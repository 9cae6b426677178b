"""Who may do what with people: predicates. What is possible at all, the operations say, each with its sentence."""

from helpdesk.accounts.models import OrganizationRole, User
from helpdesk.accounts.permissions import Permission


def can_manage_people(user: User) -> bool:
    """See everybody, invite, change roles, deactivate and activate."""
    return user.is_staff and user.may(Permission.MANAGE_PEOPLE)


def can_deactivate(user: User, person: User) -> bool:
    """Take away the right to sign in. Nobody does that to themself."""
    return can_manage_people(user) and person.id != user.id and is_touchable(person) and person.is_active


def can_activate(user: User, person: User) -> bool:
    """Give the right to sign in back."""
    return can_manage_people(user) and is_touchable(person) and not person.is_active


def can_change_role(user: User, person: User) -> bool:
    """Make somebody staff, a customer, or staff with other rights."""
    return can_manage_people(user) and is_touchable(person) and person.is_active


def can_invite_again(user: User, person: User) -> bool:
    """Send another invitation to somebody who has not accepted the first one."""
    return can_manage_people(user) and is_touchable(person) and person.is_active


def can_erase(user: User, person: User) -> bool:
    """Anonymise somebody. Who works here is deactivated first; nobody erases themself here."""
    is_gone = not person.is_staff or not person.is_active
    return can_manage_people(user) and person.id != user.id and is_touchable(person) and is_gone


def can_keep_addresses(user: User, person: User) -> bool:
    """Give and take addresses of somebody, who may not do more than oneself: an address is a way to sign in."""
    may_no_more = all(user.may(Permission(each)) for each in person.permissions)
    return can_manage_people(user) and is_touchable(person) and may_no_more


def can_manage_desk(user: User) -> bool:
    """Settings, mailboxes, outbox, jobs: how the desk works."""
    return user.is_staff and user.may(Permission.MANAGE_DESK)


def can_read_audit(user: User) -> bool:
    """Read who did what on the whole desk."""
    return user.is_staff and user.may(Permission.READ_AUDIT)


def can_note_about(user: User) -> bool:
    """Write down what colleagues should know about a person or an organization."""
    return user.is_staff and user.may(Permission.ANSWER_TICKETS)


def can_merge_people(user: User) -> bool:
    """Say that two accounts are one person: it changes who signs in as whom, and whose every ticket is."""
    needed = (Permission.SEE_EVERY_TICKET, Permission.CHANGE_TICKETS, Permission.MANAGE_PEOPLE)
    return user.is_staff and all(user.may(each) for each in needed)


def is_touchable(person: User) -> bool:
    """A person in their own right: not the system, which acts where nobody does, nor somebody erased or merged."""
    return not person.is_system and person.anonymised_at is None and person.merged_into_id is None


def can_manage_colleagues(user: User) -> bool:
    """See who belongs to one's organization, and ask people to join it: for its managers among the customers."""
    return not user.is_staff and user.is_active and user.organization_role is OrganizationRole.MANAGER
