"""The parts a navigation is made of; each persona puts its own together."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.accounts.preferences import Theme, preferences_of
from helpdesk.web.alarms import alarms_for
from helpdesk.web.appearance import picture_url
from helpdesk.web.filters import person_tone
from helpdesk.web.fixed_urls import fixed_url

# The pages of the administration, and what a role must permit to open each: one permission, or all of several.
DESK_PAGES: Sequence[tuple[Permission | tuple[Permission, ...], LazyString, str, str]] = (
    (Permission.MANAGE_PEOPLE, _("People"), "admin.people.index", "user"),
    (Permission.MANAGE_PEOPLE, _("Organizations"), "admin.organizations.index", "building"),
    (Permission.MANAGE_PEOPLE, _("Teams"), "admin.teams.index", "users"),
    (Permission.MANAGE_DESK, _("Tags"), "admin.tags.index", "tag"),
    (Permission.MANAGE_PEOPLE, _("Roles"), "admin.roles.index", "shield"),
    (
        (Permission.MANAGE_DESK, Permission.MANAGE_PEOPLE),
        _("Sign-in providers"),
        "admin.providers.index",
        "key",
    ),
    (Permission.MANAGE_DESK, _("Settings"), "admin.settings.index", "settings"),
    (Permission.MANAGE_DESK, _("Branding"), "admin.branding.edit", "image"),
    (Permission.READ_AUDIT, _("Audit trail"), "admin.audit.index", "history"),
    ((Permission.MANAGE_DESK, Permission.DELETE_TICKETS), _("Bin"), "admin.bin.index", "trash"),
    (Permission.MANAGE_DESK, _("Mailboxes"), "admin.mailboxes.index", "inbox"),
    (Permission.MANAGE_DESK, _("Mail that came in"), "admin.inbound.index", "mail"),
    (Permission.MANAGE_DESK, _("Block list"), "admin.blocked.index", "lock"),
    (Permission.MANAGE_DESK, _("Outbox"), "admin.outbox.index", "send"),
    (Permission.MANAGE_DESK, _("Words of mails"), "admin.templates.index", "pencil"),
    (Permission.MANAGE_DESK, _("Jobs"), "admin.jobs.index", "refresh"),
    ((Permission.MANAGE_DESK, Permission.MANAGE_PEOPLE), _("Security"), "admin.security.show", "lock"),
    (Permission.MANAGE_DESK, _("System"), "admin.system.show", "info"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: where it leads, and what is to be seen there."""

    label: str
    url: str
    icon: str = ""
    count: int | None = None
    is_current: bool = False
    is_alert: bool = False
    is_name: bool = False
    """What people called it, in whichever language."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the page, as the frame shows it."""

    name: str
    tone: str
    url: str | None = None
    """Where they say how they like to work."""
    theme: str = Theme.SYSTEM
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Navigation:
    """What the layouts show around a page."""

    home_url: str
    person: Reader | None = None
    queues: Sequence[Item] = field(default_factory=tuple)
    views: Sequence[Item] = field(default_factory=tuple)
    counts_url: str = ""
    """Where new counts of the views are, if those shown are old."""
    pages: Sequence[Item] = field(default_factory=tuple)
    sign_out_url: str = "/logout"
    search_url: str = ""
    """Where a setting or a page is searched for."""


def reader(user: User) -> Reader:
    """The signed-in person for the frame; of staff also what the desk keeps for them."""
    if not user.is_staff:
        return Reader(name=user.name, tone=person_tone(user.id))
    return Reader(
        name=user.name,
        tone=person_tone(user.id),
        url=fixed_url("agents.preferences.edit"),
        theme=preferences_of(user).theme,
        picture=picture_url(user),
    )


def desk_pages(user: User) -> list[Item]:
    """Those pages of the administration that this person's role opens."""
    return [
        Item(label=str(label), url=fixed_url(endpoint), icon=icon, is_current=is_below(fixed_url(endpoint)))
        for needed, label, endpoint, icon in DESK_PAGES
        if opens(user, needed)
    ]


def administration(user: User) -> list[Item]:
    """The way there, for those whose role opens any page of it, with how much there needs somebody."""
    if not any(opens(user, needed) for needed, *_page in DESK_PAGES):
        return []
    count = len(alarms_for(user)) or None
    home = fixed_url("admin.home.show")
    return [
        Item(label=str(_("Administration")), url=home, icon="settings", count=count, is_alert=bool(count))
    ]


def opens(user: User, needed: Permission | tuple[Permission, ...]) -> bool:
    """Whether this person's role gives all that a page of the administration takes."""
    return all(user.may(each) for each in (needed if isinstance(needed, tuple) else (needed,)))


def is_below(url: str) -> bool:
    """Whether this request is for that page or one of those below it."""
    return request.path == url or request.path.startswith(f"{url}/")
