"""What each page of the administration is for, and by which other words people look for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class PageWords:
    """One sentence on the home page, and synonyms that are only searched."""

    purpose: LazyString
    synonyms: LazyString


WORDS: Mapping[str, PageWords] = {
    "admin.people.index": PageWords(
        _("Who works here and who asks: invite, roles, deactivate, merge."),
        _("accounts users agents staff customers administrator password invitation"),
    ),
    "admin.organizations.index": PageWords(
        _("Customers' companies: domains that join by themselves, what members share."),
        _("companies clients domains members sharing"),
    ),
    "admin.teams.index": PageWords(
        _("Who works together on which tickets."), _("groups departments members assignment")
    ),
    "admin.tags.index": PageWords(
        _("The words tickets are sorted by: rename, merge, colour."), _("labels categories keywords topics")
    ),
    "admin.roles.index": PageWords(
        _("What each role may do, and who has it."), _("permissions rights access security privileges")
    ),
    "admin.providers.index": PageWords(
        _("Where people sign in with an account they have anyway."),
        _("sso oidc openid connect single sign-on login keycloak okta google microsoft identity"),
    ),
    "admin.settings.index": PageWords(
        _("Address, time, language, what customers may do."), _("options preferences configuration setup")
    ),
    "admin.branding.edit": PageWords(
        _("Name, logo, colour and footer of the portal and the mails."),
        _("theme design look style appearance customize"),
    ),
    "admin.audit.index": PageWords(
        _("Who did what, and when: every change with old and new."),
        _("log history changes protocol evidence trace export"),
    ),
    "admin.bin.index": PageWords(
        _("Deleted tickets: bring back, or remove for good."), _("trash deleted restore purge recycle")
    ),
    "admin.mailboxes.index": PageWords(
        _("The addresses the desk answers from: connect, test, pause."),
        _("imap smtp email accounts gmail google microsoft outlook oauth connect channel inbox address"),
    ),
    "admin.inbound.index": PageWords(
        _("Every mail that came in, what became of it and why; what is held or suspended waits here."),
        _("inbound incoming quarantine suspended spam verdict raw email received failed release recover"),
    ),
    "admin.blocked.index": PageWords(
        _("Addresses and domains whose mail is suspended."), _("blacklist spam sender domain ban ignore")
    ),
    "admin.outbox.index": PageWords(
        _("Every mail on its way to a person, and why one did not arrive."),
        _("mails letters email delivery failed smtp sent"),
    ),
    "admin.templates.index": PageWords(
        _("What every mail of the desk says: change it with placeholders, try it on a ticket."),
        _("templates texts email wording placeholders variables notification autoreply signature"),
    ),
    "admin.jobs.index": PageWords(
        _("What is done in the background, and what failed there."),
        _("queue worker tasks background failed retry"),
    ),
    "admin.security.show": PageWords(
        _("What is weak and what to do: second factors, failed sign-ins, seals, settings."),
        _("safety hardening checklist audit passwords attacks brute force weak https proxy"),
    ),
    "admin.system.show": PageWords(
        _("Versions, database, storage and health of this installation."),
        _("status health version postgresql disk performance slow statements uptime monitoring"),
    ),
}
