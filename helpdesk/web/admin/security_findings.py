"""What is weak about this desk, each with what to do: read from settings, from the request and from what is counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from psycopg.conninfo import conninfo_to_dict

from helpdesk.config import SEALING_KEYS, Config
from helpdesk.core import clock
from helpdesk.core.configuration import configuration
from helpdesk.files import scanning
from helpdesk.settings.catalogue import Desk
from helpdesk.web.admin.security_facts import Counts
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext

OLD_KEY = timedelta(days=400)
LATE_ANCHOR = timedelta(days=1)
WIDE_NETWORK = {4: 8, 6: 16}
"""Private networks that begin with fewer bits than this are whole worlds."""
RED, AMBER, GREY = "red", "amber", "grey"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something weak. Red lets others in or hides that they were; amber weakens; grey is a choice worth knowing."""

    tone: str
    title: str
    advice: str
    url: str = ""
    way: str = ""
    """What the link is called."""


def findings(desk: Desk, counts: Counts) -> list[Finding]:
    """The gravest first."""
    config = configuration()
    found = [
        *_address(config, desk),
        *_proxies(config),
        *_accounts(desk, counts),
        *_evidence(config, desk, counts),
        *_keys(config),
        *_database(config),
        *_files(config),
    ]
    return sorted(found, key=lambda each: (RED, AMBER, GREY).index(each.tone))


def _address(config: Config, desk: Desk) -> Iterator[Finding]:
    address = config.base_url or desk.base_url or config.listen_url
    parts = urlsplit(address)
    settings = url_for("admin.settings.index")
    if parts.scheme != "https" and not _is_this_machine(parts.hostname or ""):
        yield Finding(
            RED,
            _("The desk's address is not https."),
            _(
                "Passwords and sessions travel in the clear. Put TLS in front, then set the address to https://…"
            ),
            settings,
            _("Settings"),
        )
    elif parts.scheme == "https" and not current_app.config["SESSION_COOKIE_SECURE"]:
        yield Finding(
            AMBER,
            _("The session's cookie is also sent without TLS."),
            _("Set HELPDESK_BASE_URL to the https address: the cookie is marked for it at the next start."),
        )
    if current_app.debug:
        yield Finding(
            RED,
            _("The desk runs in debug mode."),
            _("Whoever causes an error can run programs on this machine. Start it with “helpdesk run”."),
        )


def _proxies(config: Config) -> Iterator[Finding]:
    if config.trusted_proxies == 0 and "X-Forwarded-For" in request.headers:
        yield Finding(
            AMBER,
            _("A proxy stands in front, and the desk does not know of it."),
            _(
                "Everybody seems to come from the same address: limits on tries hit all at once, and the trail names "
                "the proxy. Set HELPDESK_TRUSTED_PROXIES to the number of proxies."
            ),
        )
    if config.trusted_proxies and "X-Forwarded-For" not in request.headers and not _is_proxied():
        yield Finding(
            RED,
            _("The desk believes a proxy, and this request came past it."),
            _(
                "Whoever reaches the desk directly can claim any address. Let it listen where only the proxy reaches "
                "it, or set HELPDESK_TRUSTED_PROXIES to 0."
            ),
        )


def _is_proxied() -> bool:
    """ProxyFix has read the header and keeps what was there before."""
    return bool(request.environ.get("werkzeug.proxy_fix.orig", {}).get("REMOTE_ADDR")) and bool(
        request.environ.get("HTTP_X_FORWARDED_FOR")
    )


def _accounts(desk: Desk, counts: Counts) -> Iterator[Finding]:
    roles = url_for("admin.roles.index")
    if counts.loose_roles:
        yield Finding(
            AMBER,
            ngettext(
                "%(num)d role may administrate and asks for no second factor.",
                "%(num)d roles may administrate and ask for no second factor.",
                counts.loose_roles,
            ),
            _(
                "One guessed or phished password is enough to take the desk over. Let these roles need a second factor."
            ),
            roles,
            _("Roles"),
        )
    if counts.administrators > 3 and counts.administrators * 2 > counts.staff:
        yield Finding(
            AMBER,
            _("Most of the staff may administrate."),
            _(
                "%(some)d of %(all)d. Give those who only answer tickets a role that does.",
                some=counts.administrators,
                all=counts.staff,
            ),
            roles,
            _("Roles"),
        )
    if counts.administrators == 1:
        yield Finding(
            GREY,
            _("There is one administrator."),
            _("If they lose their second factor, only the command line helps: make a second one."),
            url_for("admin.people.index"),
            _("People"),
        )
    if counts.old_sessions:
        yield Finding(
            AMBER,
            ngettext(
                "%(num)d session of staff is older than two weeks.",
                "%(num)d sessions of staff are older than two weeks.",
                counts.old_sessions,
            ),
            _("A lost laptop is signed in as long. Shorten how long sessions last."),
            url_for("admin.settings.index"),
            _("Settings"),
        )
    if counts.open_invitations:
        yield Finding(
            GREY,
            ngettext(
                "%(num)d invitation is older than a week and still opens an account.",
                "%(num)d invitations are older than a week and still open an account.",
                counts.open_invitations,
            ),
            _("Deactivate whom nobody expects any more."),
            url_for("admin.people.index", state="invited"),
            _("Invited people"),
        )
    if desk.allows_sign_up:
        yield Finding(
            GREY,
            _("Anybody may open an account as a customer."),
            _("They see only what they ask themselves. Switch it off if your customers are known to you."),
            url_for("admin.settings.index"),
            _("Settings"),
        )


def _evidence(config: Config, desk: Desk, counts: Counts) -> Iterator[Finding]:
    if counts.unsealed:
        yield Finding(
            RED,
            ngettext(
                "%(num)d line of the audit trail is not sealed.",
                "%(num)d lines of the audit trail are not sealed.",
                counts.unsealed,
            ),
            _("What is not sealed can be changed unseen by whoever owns the database. Is a worker running?"),
            url_for("admin.jobs.index"),
            _("Jobs"),
        )
    if counts.sealed_at and (counts.anchored_at is None or counts.anchored_at < clock.now() - LATE_ANCHOR):
        yield Finding(
            AMBER,
            _("The head of the audit trail was not written down for a day."),
            _("What is cut off its end cannot be found without it. Is a worker running?"),
            url_for("admin.jobs.index"),
            _("Jobs"),
        )
    if not config.audit_anchor:
        yield Finding(
            GREY,
            _("The head of the audit trail is written down beside the database."),
            _(
                "Whoever takes this machine over has both. Set HELPDESK_AUDIT_ANCHOR to another machine's log."
            ),
        )
    if not desk.records_sign_ins:
        yield Finding(
            AMBER,
            _("Nobody records who signs in and who fails to."),
            _("Guessing passwords stays unseen. Switch it on in the settings."),
            url_for("admin.settings.index"),
            _("Settings"),
        )
    if not (desk.records_attachments and desk.records_exports):
        yield Finding(
            AMBER,
            _("Not all of what leaves the desk is recorded."),
            _(
                "After a break-in nobody can tell which files and lists were taken. Switch it on in the settings."
            ),
            url_for("admin.settings.index"),
            _("Settings"),
        )


def _keys(config: Config) -> Iterator[Finding]:
    kept = config.data_dir / SEALING_KEYS
    if not config.sealing_keys and kept.exists():
        age = clock.now() - datetime.fromtimestamp(kept.stat().st_mtime, UTC)
        if age > OLD_KEY:
            yield Finding(
                AMBER,
                _("The key that seals passwords is more than a year old."),
                _("Make a new one with “helpdesk secrets rotate”; what is sealed is sealed again with it."),
            )
    if config.old_secret_keys:
        yield Finding(
            GREY,
            _("Secret keys of before are still believed."),
            _("Take them out of HELPDESK_OLD_SECRET_KEYS once the sessions they signed have ended."),
        )


def _database(config: Config) -> Iterator[Finding]:
    parts = conninfo_to_dict(config.database_url or "")
    host = str(parts.get("host") or "")
    is_elsewhere = bool(host) and not host.startswith("/") and not _is_this_machine(host)
    if is_elsewhere and parts.get("sslmode") != "verify-full":
        yield Finding(
            AMBER,
            _("The connection to the database does not check whom it speaks to."),
            _("Add sslmode=verify-full and sslrootcert=… to DATABASE_URL."),
        )
    wide = [each for each in config.private_networks if each.prefixlen < WIDE_NETWORK[each.version]]
    if wide:
        yield Finding(
            AMBER,
            _("The desk may connect to nearly any private address."),
            _("Name only the networks with servers of your own in HELPDESK_PRIVATE_NETWORKS."),
        )


def _files(config: Config) -> Iterator[Finding]:
    if config.clamav is None:
        yield Finding(
            GREY,
            _("No virus scanner looks at files."),
            _(
                "Nothing in a file runs here, but people open what they save. Set HELPDESK_CLAMAV to a ClamAV daemon."
            ),
        )
    elif not scanning.is_answering():
        kept = config.clamav_down == "keep"
        yield Finding(
            RED,
            _("The virus scanner does not answer."),
            _("Files are kept that nobody has looked at. Is it running?")
            if kept
            else _("No file is taken until it does. Is it running?"),
        )
    if config.files_url is None:
        yield Finding(
            GREY,
            _("Files are served from the desk's own address."),
            _(
                "As files to save, or as pictures drawn anew. HELPDESK_FILES_URL puts them on a host of their own."
            ),
        )
    elif config.base_url and urlsplit(config.files_url).netloc == urlsplit(config.base_url).netloc:
        yield Finding(
            RED,
            _("The host of files is the desk's own."),
            _("Nothing but files is served there, so nobody gets in. Give HELPDESK_FILES_URL another host."),
        )


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
