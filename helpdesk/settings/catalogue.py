"""Every setting of the desk in one typed table: default, kind, group, words. Pages, search and audit read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import JSONB

from helpdesk.audit.access import SWITCHES
from helpdesk.audit.models import AccessKind
from helpdesk.audit.reading import LIMITS
from helpdesk.audit.retention import DEFAULT_MONTHS
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict, Unwelcome
from helpdesk.core.events import publish
from helpdesk.core.rates import MOST, Costly
from helpdesk.settings.events import SettingsChanged
from helpdesk.settings.kinds import Address, Choice, Color, Count, Kept, Kind, Line, Switch, Text, Zone
from helpdesk.settings.models import Setting

T = TypeVar("T")

LONGEST_SESSION = timedelta(days=90)
"""No desk lets people stay signed in longer."""

LANGUAGES = (("en", "English"),)
"""The languages the desk speaks: code and own name."""


def _(words: str) -> str:
    """Marks words for the translators; the web says them in the reader's language."""
    return words


SEARCH_LANGUAGES = (
    ("none", _("No particular one")),
    ("arabic", "العربية"),
    ("armenian", "Հայերեն"),
    ("basque", "Euskara"),
    ("catalan", "Català"),
    ("danish", "Dansk"),
    ("german", "Deutsch"),
    ("english", "English"),
    ("spanish", "Español"),
    ("finnish", "Suomi"),
    ("french", "Français"),
    ("irish", "Gaeilge"),
    ("greek", "Ελληνικά"),
    ("hindi", "हिन्दी"),
    ("hungarian", "Magyar"),
    ("indonesian", "Bahasa Indonesia"),
    ("italian", "Italiano"),
    ("lithuanian", "Lietuvių"),
    ("nepali", "नेपाली"),
    ("dutch", "Nederlands"),
    ("norwegian", "Norsk"),
    ("portuguese", "Português"),
    ("romanian", "Română"),
    ("russian", "Русский"),
    ("serbian", "Srpski"),
    ("swedish", "Svenska"),
    ("tamil", "தமிழ்"),
    ("turkish", "Türkçe"),
    ("yiddish", "ייִדיש"),
)
"""Whose forms of words PostgreSQL knows: its name for each, and the own one."""


class BadSetting(Unwelcome):
    """A value the catalogue does not allow for the setting `name`."""

    status = 422

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


class ChangedMeanwhile(Conflict):
    """Somebody else changed the setting `name` since the page was opened."""

    def __init__(self, name: str) -> None:
        super().__init__(_("Somebody changed this meanwhile. Look at what it is now, then save again."))
        self.name = name


class Group(StrEnum):
    """What belongs together on a page."""

    DESK = "desk"
    REQUESTS = "requests"
    NOTICES = "notices"
    ACCESS = "access"
    SIGN_IN = "sign_in"
    RECORDS = "records"
    BRANDING = "branding"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Option:
    """What is known about one setting."""

    kind: Kind
    group: Group = Group.INTERNAL
    label: str = ""
    help: str = ""
    unit: str = ""
    synonyms: str = ""
    """Other words people look for it by."""
    variable: str = ""
    """The environment variable that goes before it."""


def setting(default: T, option: Option) -> T:
    """One row of the table: a dataclass field that carries its option."""
    return field(default=default, metadata={"option": option})


@dataclass(frozen=True, slots=True)
class Desk:
    """The settings in force."""

    desk_name: str = setting(
        "Helpdesk",
        Option(
            Line(80, missing=_("Give the desk a name.")),
            Group.BRANDING,
            _("Name of the desk"),
            _("Customers and agents see it on every page and in every mail."),
            synonyms=_("title company brand sender"),
        ),
    )
    base_url: str = setting(
        "",
        Option(
            Address(),
            Group.DESK,
            _("Address of the desk"),
            _("Links in mails begin with it. Empty: the address the program listens on."),
            synonyms=_("url link domain host base website https"),
            variable="HELPDESK_BASE_URL",
        ),
    )
    time_zone: str = setting(
        "UTC",
        Option(
            Zone(),
            Group.DESK,
            _("Time zone"),
            _("For moments on pages and in statistics, wherever a person has not chosen an own one."),
            synonyms=_("clock hours region date"),
        ),
    )
    locale: str = setting(
        "en",
        Option(
            Choice(lambda: LANGUAGES),
            Group.DESK,
            _("Language"),
            _("For people who have not chosen one and whose browser asks for none the desk speaks."),
            synonyms=_("locale translation words"),
        ),
    )
    search_language: str = setting(
        "none",
        Option(
            Choice(lambda: SEARCH_LANGUAGES),
            Group.DESK,
            _("Language of the texts"),
            _(
                "Searches find a word in all its forms: “invoices” by “invoice”. Without a language, as it is written. "
                "A change indexes all words anew in the background; searches go on as before until that is done."
            ),
            synonyms=_("search find stemming full text index words forms plural"),
        ),
    )
    is_set_up: bool = setting(False, Option(Kept(bool)))
    answer_within_hours: int = setting(
        0,
        Option(
            Count(0, 720),
            Group.REQUESTS,
            _("First answer within"),
            _("What the portal tells customers to expect. 0: it promises nothing."),
            _("hours"),
            _("response time promise expectation sla reply"),
        ),
    )
    reopen_days: int = setting(
        14,
        Option(
            Count(0, 3650),
            Group.REQUESTS,
            _("Customers may reopen for"),
            _(
                "Counted from the end of a request; later answers open a new one that is linked. Teams may differ."
            ),
            _("days"),
            _("closed resolved again limit follow-up"),
        ),
    )
    undo_send_seconds: int = setting(
        10,
        Option(
            Count(0, 120),
            Group.REQUESTS,
            _("Answers can be taken back for"),
            _("So long an agent's answer waits on the desk before anybody reads it. 0: it goes at once."),
            _("seconds"),
            _("undo send recall delay hold mistake mail"),
        ),
    )
    acknowledges_requests: bool = setting(
        True,
        Option(
            Switch(),
            Group.NOTICES,
            _("Requests are acknowledged"),
            _("Whoever asks gets a mail with the number of the request. Machines and old mails never do."),
            synonyms=_("autoreply automatic answer confirmation receipt"),
        ),
    )
    mails_assignments: bool = setting(
        True,
        Option(
            Switch(),
            Group.NOTICES,
            _("Agents hear of tickets they are given"),
            _("A mail to whom a colleague gave a ticket; who takes one gets none."),
            synonyms=_("notification assignee assigned"),
        ),
    )
    mails_customer_answers: bool = setting(
        True,
        Option(
            Switch(),
            Group.NOTICES,
            _("Agents hear of customers' answers"),
            _("A mail to whoever the ticket is with, which they can answer from their mail program."),
            synonyms=_("notification reply response new message"),
        ),
    )
    allows_guests: bool = setting(
        True,
        Option(
            Switch(),
            Group.ACCESS,
            _("Anybody may ask without an account"),
            _("Their request becomes a ticket once they have confirmed their address by mail."),
            synonyms=_("guest anonymous public form visitor contact"),
        ),
    )
    allows_sign_up: bool = setting(
        True,
        Option(
            Switch(),
            Group.ACCESS,
            _("Customers may make themselves an account"),
            _("Otherwise staff invite them; links in mails open their tickets all the same."),
            synonyms=_("register registration sign up self-service join"),
        ),
    )
    idle_hours: int = setting(
        12,
        Option(
            Count(1, 72),
            Group.SIGN_IN,
            _("Signed out after no use for"),
            _("Pages that look for news by themselves are no use. Counts for who signs in from now on."),
            _("hours"),
            _("session idle timeout inactivity"),
        ),
    )
    staff_stay_days: int = setting(
        3,
        Option(
            Count(0, 30),
            Group.SIGN_IN,
            _("Staff who stay signed in, after no use for"),
            _("For whoever ticked that when they signed in. 0: as without the tick."),
            _("days"),
            _("session remember me idle timeout agents"),
        ),
    )
    customer_stay_days: int = setting(
        14,
        Option(
            Count(0, 90),
            Group.SIGN_IN,
            _("Customers who stay signed in, after no use for"),
            _("For whoever ticked that when they signed in. 0: as without the tick."),
            _("days"),
            _("session remember me idle timeout portal"),
        ),
    )
    session_days: int = setting(
        30,
        Option(
            Count(1, LONGEST_SESSION.days),
            Group.SIGN_IN,
            _("Everybody signs in anew after"),
            _("However much they use the desk."),
            _("days"),
            _("session absolute lifetime limit"),
        ),
    )
    proof_minutes: int = setting(
        15,
        Option(
            Count(1, 60),
            Group.SIGN_IN,
            _("A proof holds for"),
            _("So long after somebody proved who they are nothing dangerous asks again."),
            _("minutes"),
            _("sudo step-up password again confirm re-authentication"),
        ),
    )
    records_tickets: bool = setting(
        SWITCHES["records_tickets"][0],
        Option(
            Switch(),
            Group.RECORDS,
            _("Record who opens a ticket"),
            _(
                "One line in the audit trail, under Access, each time. Tell your agents before you switch it on."
            ),
            synonyms=_("access log reads privacy compliance health finance"),
        ),
    )
    records_attachments: bool = setting(
        SWITCHES["records_attachments"][0],
        Option(
            Switch(),
            Group.RECORDS,
            _("Record who fetches a file"),
            _("Each download is one line under “Access”, beside the audit trail."),
            synonyms=_("access log download attachment privacy"),
        ),
    )
    records_exports: bool = setting(
        SWITCHES["records_exports"][0],
        Option(
            Switch(),
            Group.RECORDS,
            _("Record who takes a list along as a file"),
            _("Each file of a list is one line there, with what was chosen."),
            synonyms=_("access log export csv download privacy"),
        ),
    )
    records_sign_ins: bool = setting(
        SWITCHES["records_sign_ins"][0],
        Option(
            Switch(),
            Group.RECORDS,
            _("Record who signs in and out, and who fails to"),
            _("With the network address it came from."),
            synonyms=_("access log login logout failed attempts security"),
        ),
    )
    most_tickets_an_hour: int = setting(
        LIMITS[AccessKind.TICKET][1],
        Option(
            Count(0, 100_000),
            Group.RECORDS,
            _("Tickets one person may open within an hour"),
            _("Different ones. Beyond that they are stopped, and administrators are told. 0: no limit."),
            synonyms=_("bulk reading limit scraping exfiltration theft alert"),
        ),
    )
    most_files_an_hour: int = setting(
        LIMITS[AccessKind.ATTACHMENT][1],
        Option(
            Count(0, 100_000),
            Group.RECORDS,
            _("Files one person may fetch within an hour"),
            _("Different ones; pictures in messages count. 0: no limit."),
            synonyms=_("bulk download limit attachments exfiltration theft alert"),
        ),
    )
    most_exports_an_hour: int = setting(
        LIMITS[AccessKind.EXPORT][1],
        Option(
            Count(0, 100_000),
            Group.RECORDS,
            _("Lists one person may take along within an hour"),
            _("0: no limit."),
            synonyms=_("bulk export limit csv exfiltration theft alert"),
        ),
    )
    most_searches_a_minute: int = setting(
        MOST[Costly.SEARCH],
        Option(
            Count(0, 100_000),
            Group.RECORDS,
            _("Searches one person may make within a minute"),
            _("Nobody types that fast; what asks faster is a program. 0: no limit."),
            synonyms=_("rate limit load scraping flood find"),
        ),
    )
    most_statistics_a_minute: int = setting(
        MOST[Costly.STATISTICS],
        Option(
            Count(0, 100_000),
            Group.RECORDS,
            _("Statistics one person may ask for within a minute"),
            _("0: no limit."),
            synonyms=_("rate limit load reports flood"),
        ),
    )
    keeps_audit_months: int = setting(
        DEFAULT_MONTHS["keeps_audit_months"],
        Option(
            Count(0, 1200),
            Group.RECORDS,
            _("Keep the audit trail for"),
            _("Whole months beside the present one; what is older is removed every night. 0: for ever."),
            _("months"),
            _("retention audit delete old history"),
        ),
    )
    keeps_access_months: int = setting(
        DEFAULT_MONTHS["keeps_access_months"],
        Option(
            Count(0, 1200),
            Group.RECORDS,
            _("Keep who read what and who signed in for"),
            _("Whole months beside the present one; what is older is removed every night. 0: for ever."),
            _("months"),
            _("retention access log delete old"),
        ),
    )
    accent_color: str = setting(
        "",
        Option(
            Color(),
            Group.BRANDING,
            _("Colour"),
            _("Of buttons, links and what is selected. Both themes stay readable; empty: our blue."),
            synonyms=_("color accent theme look brand palette"),
        ),
    )
    logo_sha256: str = setting(
        "",
        Option(
            Kept(str),
            Group.BRANDING,
            _("Logo"),
            _("Stands before the name, or instead of it where it is wide."),
            synonyms=_("picture image icon brand mark"),
        ),
    )
    footer: str = setting(
        "",
        Option(
            Text(500),
            Group.BRANDING,
            _("Footer"),
            _(
                "Plain text at the foot of the portal, the sign-in page and every mail: an address, opening hours."
            ),
            synonyms=_("signature imprint legal disclaimer bottom mail contact"),
        ),
    )
    demo_user_ids: list[int] = field(default_factory=list, metadata={"option": Option(Kept(list))})
    """People whose password everybody knows: they sign in only where nobody else reaches the server."""
    demo_tickets: list[list[int]] = field(default_factory=list, metadata={"option": Option(Kept(list))})
    """First and last id of each run of tickets that `helpdesk demo` made."""


OPTIONS: Mapping[str, Option] = {each.name: each.metadata["option"] for each in fields(Desk)}


def options_of(group: Group) -> Mapping[str, Option]:
    """The settings of a group by name, in the order of the table."""
    return {name: option for name, option in OPTIONS.items() if option.group is group}


def desk_from(values: Mapping[str, Any] | None) -> Desk:
    """The settings from what is stored (None: nothing yet); unknown names of older versions are ignored."""
    return Desk(**{name: value for name, value in (values or {}).items() if name in OPTIONS})


def stored_settings() -> Select[tuple[Any]]:
    """All stored settings as one JSON object: also usable inside another statement."""
    return select(func.jsonb_object_agg(Setting.name, Setting.value, type_=JSONB))


def load_desk() -> Desk:
    """The settings in force. Costs one statement."""
    return desk_from(db.session.execute(stored_settings()).scalar_one())


def is_changed(desk: Desk, name: str) -> bool:
    """Whether the setting differs from its default."""
    return bool(getattr(desk, name) != getattr(Desk(), name))


def clean(name: str, value: Any) -> Any:
    """The value as it would be kept. Raises BadSetting for an unknown name or a value that is not allowed."""
    if name not in OPTIONS:
        raise BadSetting(name, f"There is no setting “{name}”.")
    try:
        return OPTIONS[name].kind.clean(value)
    except ValueError as problem:
        raise BadSetting(name, str(problem)) from problem


def change_settings(**values: Any) -> None:
    """Change settings by name; a value equal to the default is stored as well, so that defaults may change later.

    Raises BadSetting.
    """
    _alone()
    for name, value in values.items():
        kept, row = clean(name, value), _row(name)
        if row is None:
            db.session.add(Setting(name=name, value=kept))
        else:
            row.value = kept
    db.session.flush()
    publish(SettingsChanged(frozenset(values)))


def change_seen(values: Mapping[str, Any], *, seen: Mapping[str, Any]) -> None:
    """Change those of a page's settings that somebody changed there; `seen` is what the page showed them.

    Raises BadSetting; ChangedMeanwhile where somebody else gave the same setting another value.
    """
    wanted = {name: clean(name, value) for name, value in values.items()}
    touched = {name: value for name, value in wanted.items() if value != seen[name]}
    _alone()
    desk = load_desk()
    for name, value in touched.items():
        if getattr(desk, name) not in (seen[name], value):
            raise ChangedMeanwhile(name)
    change_settings(**{name: value for name, value in touched.items() if value != getattr(desk, name)})


def reset_setting(name: str) -> None:
    """Back to the default, also to one that a later version changes. Raises BadSetting for what is on no page."""
    if name not in OPTIONS or OPTIONS[name].group is Group.INTERNAL:
        raise BadSetting(name, f"There is no setting “{name}”.")
    _alone()
    row = _row(name)
    if row is not None:
        db.session.delete(row)
        db.session.flush()
        publish(SettingsChanged(frozenset({name})))


def _alone() -> None:
    """Until the commit nobody else changes a setting: who comes second sees what the first has done."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("settings"))))


def _row(name: str) -> Setting | None:
    return db.session.scalars(select(Setting).where(Setting.name == name)).one_or_none()
