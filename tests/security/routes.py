"""Who may pass to what: every address of the desk, classified. One that is not fails tests/security/test_e01_matrix.py.

Read a line so: to these endpoints leads this door; staff need this right; and this is what stands in their address.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from helpdesk.accounts.permissions import Permission


class Door(Enum):
    """Which people pass at all."""

    ANYBODY = auto()
    SIGNED_IN = auto()
    CUSTOMERS = auto()
    STAFF = auto()
    ADMINISTRATION = auto()
    """Staff, and customers find nothing there."""


class About(Enum):
    """What an address names, and so what of it has to exist for whom."""

    NOTHING = auto()
    TICKET = auto()
    MESSAGE = auto()
    """One that came by mail: it is found where its ticket is, and under no other ticket."""
    DELETED_TICKET = auto()
    """One in the bin: for these addresses the others are as good as missing."""
    FILE = auto()
    TOKEN = auto()
    OVER = auto()
    """What was there once, before the desk was set up."""
    ROW = auto()
    """A person, an organization, a team, a tag, a mail, a job: staff see them all, or none."""
    KNOWN = auto()
    """A person or an organization: staff know those whose tickets they see."""
    NAME = auto()
    """Of a queue, of a file of ours."""
    OWN = auto()
    """What one did oneself: to everybody else it is missing."""


@dataclass(frozen=True, slots=True)
class Route:
    """One kind of address."""

    door: Door
    about: About = About.NOTHING
    needs: Permission | None = None
    """Asked at the door: without it 403, whatever the address names."""
    takes: Permission | None = None
    """Asked of what was found: without it 403, and 404 for what is not there."""
    only: frozenset[str] | None = None
    """The customers who find it, where that follows from who they are to each other; all others find nothing."""
    does: frozenset[str] | None = None
    """The customers who may; all others who see it are refused."""
    is_forgiving: bool = False
    """Where it is gone, it leads back to the list and says so."""
    by_link: bool = False
    """Whether a mailed link opens it for its ticket."""
    fresh: bool = False
    """It asks for a fresh proof of who one is: tests/security/test_step_up.py."""


def staff(about: About = About.NOTHING, **more: Permission) -> Route:
    return Route(Door.STAFF, about, **more)


def administration(needs: Permission, about: About = About.NOTHING) -> Route:
    return Route(Door.ADMINISTRATION, about, needs=needs)


ANYBODY, CUSTOMERS = Route(Door.ANYBODY), Route(Door.CUSTOMERS)
TOKEN = Route(Door.ANYBODY, About.TOKEN)
OWN = frozenset({"own customer", "link holder"})
MANAGER = frozenset({"manager", "manager who is shown nothing"})
SHOWN_MORE = MANAGER | {"colleague who is shown all"}
ANSWER, CHANGE, DELETE = Permission.ANSWER_TICKETS, Permission.CHANGE_TICKETS, Permission.DELETE_TICKETS
PEOPLE, DESK, AUDIT = Permission.MANAGE_PEOPLE, Permission.MANAGE_DESK, Permission.READ_AUDIT

_LINES: tuple[tuple[Route, str], ...] = (
    (
        ANYBODY,
        """public.start public.health.alive public.health.ready public.sign_in.new public.sign_in.create
        public.sign_out.new public.sign_out.create public.registrations.new public.registrations.create
        public.registrations.show public.recoveries.new public.recoveries.create public.recoveries.show
        public.magic_links.new public.magic_links.create public.magic_links.show
        public.guest_requests.new public.guest_requests.create public.guest_requests.show
        public.ticket_keys.create public.ticket_keys.renew public.ticket_keys.sent
        public.all_requests.new public.all_requests.create public.all_requests.show
        public.passkeys.challenge public.passkeys.create""",
    ),
    # for who gave the first proof and not the second; whoever else comes is led where they belong: test_f08_…
    (
        ANYBODY,
        """public.second_factors.new public.second_factors.create public.second_factors.challenge
        public.second_factors.answer public.enrolments.new public.enrolments.create public.enrolments.challenge
        public.enrolments.answer""",
    ),
    (
        Route(Door.SIGNED_IN),
        """public.factor_proofs.new public.factor_proofs.create public.factor_proofs.challenge
        public.factor_proofs.answer""",
    ),
    # the provider of the furnished desk is switched off: nobody is asked by it
    (Route(Door.ANYBODY, About.OVER), "public.providers.create public.providers.show"),
    (ANYBODY, "public.providers.edit"),
    (Route(Door.SIGNED_IN), "public.providers.update"),
    (Route(Door.ANYBODY, About.OVER), "public.setup.new public.setup.create public.ticket_keys.show"),
    (
        TOKEN,
        """public.confirmations.new public.confirmations.create public.invitations.new public.invitations.create
        public.recoveries.edit public.recoveries.update public.magic_links.edit public.magic_links.update
        public.guest_confirmations.new public.guest_confirmations.create""",
    ),
    (
        Route(Door.ANYBODY, About.TOKEN, only=frozenset({"anonymous", "own customer", "link holder"})),
        "public.added_addresses.new public.added_addresses.create",
    ),
    (Route(Door.ANYBODY, About.TOKEN, is_forgiving=True), "public.ticket_keys.take"),
    (Route(Door.ANYBODY, About.NAME), "static brand.logo brand.stylesheet"),
    # by its own secret alone: signed in or not makes no difference there
    (ANYBODY, "public.mail_door.create"),
    (Route(Door.SIGNED_IN, About.FILE, by_link=True), "files.show"),
    (Route(Door.SIGNED_IN), "public.proofs.new public.proofs.create public.proven.show"),
    (ANYBODY, "public.impersonations.destroy"),
    (
        CUSTOMERS,
        """customers.start customers.tickets.index customers.tickets.new customers.tickets.create
        customers.memberships.create customers.memberships.refuse customers.profile.edit customers.profile.update
        customers.addresses.create customers.passwords.update customers.passwords.ask
        customers.devices.sign_out customers.devices.sign_out_everywhere_else
        customers.erasures.new customers.erasures.create""",
    ),
    (
        CUSTOMERS,
        """customers.security.show customers.authenticators.new customers.authenticators.create
        customers.authenticators.remove customers.authenticators.destroy customers.recovery_codes.new
        customers.recovery_codes.create customers.passkeys.new customers.passkeys.challenge
        customers.passkeys.create""",
    ),
    (
        staff(),
        """agents.security.show agents.authenticators.new agents.authenticators.create
        agents.authenticators.remove agents.authenticators.destroy agents.recovery_codes.new
        agents.recovery_codes.create agents.passkeys.new agents.passkeys.challenge agents.passkeys.create""",
    ),
    # somebody's own passkey: another one's is as good as gone
    (
        Route(Door.CUSTOMERS, About.NAME, is_forgiving=True),
        "customers.passkeys.remove customers.passkeys.destroy",
    ),
    (Route(Door.STAFF, About.NAME, is_forgiving=True), "agents.passkeys.remove agents.passkeys.destroy"),
    # one's own addresses, by what is sent: the matrix sends none
    (Route(Door.CUSTOMERS, only=frozenset()), "customers.addresses.make_first customers.addresses.remove"),
    (
        Route(Door.CUSTOMERS, About.TICKET, by_link=True),
        "customers.tickets.show customers.printing.show customers.replies.create customers.reopenings.create",
    ),
    (Route(Door.CUSTOMERS, About.TICKET), "customers.participants.create"),
    (Route(Door.CUSTOMERS, About.TICKET, does=OWN, by_link=True), "customers.closures.create"),
    (Route(Door.CUSTOMERS, About.TICKET, only=OWN), "customers.receipts.show"),
    (
        Route(Door.CUSTOMERS, only=MANAGER),
        "customers.colleagues.index customers.invitations.create",
    ),
    (
        Route(Door.CUSTOMERS, only=SHOWN_MORE),
        "customers.organization.index",
    ),
    (
        Route(Door.CUSTOMERS, About.ROW, only=MANAGER),
        "customers.invitations.remind customers.invitations.withdraw",
    ),
    (
        staff(),
        """agents.start agents.search.show agents.people.index agents.people.match agents.organizations.index
        agents.preferences.edit agents.preferences.update agents.preferences.change_theme
        agents.suggestions.index agents.shortcuts.edit agents.shortcuts.update agents.shortcuts.index
        agents.devices.index agents.devices.sign_out agents.devices.sign_out_everywhere_else""",
    ),
    (staff(needs=CHANGE), "agents.bulk_edits.new agents.bulk_edits.create"),
    (staff(), "agents.bulk_edits.index"),
    (
        staff(About.OWN),
        "agents.bulk_edits.show agents.bulk_cancellations.create agents.bulk_reversals.create",
    ),
    (staff(About.NAME), "agents.queues.show"),
    (staff(), "agents.views.index agents.views.new agents.views.create agents.views.counts"),
    (
        staff(About.NAME),
        """agents.views.show agents.view_pins.create agents.view_pins.destroy agents.view_pins.up
        agents.view_pins.down agents.view_pins.start""",
    ),
    (
        staff(About.NAME, takes=Permission.MANAGE_SHARED_VIEWS),
        "agents.views.edit agents.views.update agents.views.destroy",
    ),
    (staff(needs=Permission.SEE_EVERY_TICKET), "agents.statistics.show"),
    (staff(About.NAME, needs=Permission.SEE_EVERY_TICKET), "agents.statistics.table"),
    (
        staff(About.TICKET),
        "agents.tickets.show agents.news.show",
    ),
    (staff(needs=ANSWER), "agents.tickets.new agents.tickets.create"),
    (
        staff(About.TICKET, takes=ANSWER),
        """agents.watching.create agents.deliveries.create agents.deliveries.dismiss agents.replies.create
        agents.notes.create
        agents.uploads.create agents.uploads.destroy
        agents.kept_drafts.show agents.kept_drafts.create agents.kept_drafts.destroy""",
    ),
    (staff(About.MESSAGE), "agents.originals.show agents.originals.raw"),
    (staff(About.MESSAGE, takes=CHANGE), "agents.blocks.create agents.blocks.destroy"),
    (staff(About.MESSAGE, takes=ANSWER), "agents.admissions.create agents.admissions.move"),
    (
        staff(About.MESSAGE, takes=ANSWER),
        "agents.held_answers.create agents.held_answers.update agents.held_answers.destroy",
    ),
    (staff(About.DELETED_TICKET, takes=CHANGE), "agents.spam.destroy"),
    (
        staff(About.TICKET, takes=CHANGE),
        """agents.spam.create agents.assignments.create agents.closures.create agents.resolutions.create
        agents.reopenings.create
        agents.properties.edit agents.properties.create agents.tags.create agents.tags.index""",
    ),
    (staff(About.TICKET, takes=DELETE), "agents.deletions.new agents.deletions.create"),
    (staff(About.DELETED_TICKET, takes=DELETE), "agents.restorations.create"),
    (staff(needs=DELETE), "agents.deleted_tickets.index"),
    (
        staff(About.KNOWN),
        """agents.people.show agents.people.open_tickets agents.pictures.show agents.organizations.show""",
    ),
    (
        staff(About.KNOWN, takes=ANSWER),
        "agents.notes_about.update_person agents.notes_about.update_organization",
    ),
    (staff(About.KNOWN, takes=CHANGE), "agents.person_blocks.create agents.person_blocks.destroy"),
    (staff(About.ROW, needs=PEOPLE), "agents.person_merges.new agents.person_merges.create"),
    (Route(Door.ADMINISTRATION), "admin.styleguide.show"),
    (administration(PEOPLE), "admin.home.show"),
    (administration(PEOPLE), "admin.people.index admin.people.new admin.people.create"),
    (
        administration(PEOPLE, About.ROW),
        """admin.people.show admin.people.update admin.activations.create admin.deactivations.new
        admin.deactivations.create admin.invitations.create admin.person_organizations.new
        admin.impersonations.new admin.impersonations.create
        admin.person_factors.new admin.person_factors.create
        admin.person_erasures.new admin.person_erasures.create admin.person_addresses.create
        admin.person_addresses.remind admin.person_addresses.confirm admin.person_addresses.make_primary
        admin.person_addresses.destroy""",
    ),
    (
        administration(PEOPLE),
        "admin.organizations.index admin.organizations.new admin.organizations.create",
    ),
    (
        administration(PEOPLE, About.ROW),
        """admin.organizations.edit admin.organizations.update admin.organization_sharings.edit
        admin.organization_sharings.update admin.organization_members.new admin.organization_members.create
        admin.organization_members.update admin.organization_members.destroy admin.domain_joins.new
        admin.domain_joins.create admin.organization_deletions.new admin.organization_deletions.create""",
    ),
    (administration(PEOPLE), "admin.roles.index admin.roles.new admin.roles.create"),
    (
        administration(PEOPLE, About.ROW),
        """admin.roles.edit admin.roles.update admin.role_deletions.new admin.role_deletions.create
        admin.rights.show""",
    ),
    (administration(PEOPLE), "admin.teams.index admin.teams.new admin.teams.create"),
    (
        administration(PEOPLE, About.ROW),
        """admin.teams.edit admin.teams.update admin.team_deletions.new admin.team_deletions.create""",
    ),
    (administration(AUDIT), "admin.audit.index admin.audit_exports.create"),
    (administration(AUDIT), "admin.access.index admin.access_exports.create"),
    (administration(AUDIT, About.NAME), "admin.audit_requests.show"),
    (
        administration(DESK),
        """admin.outbox.index admin.templates.index admin.jobs.index admin.tags.index admin.tags.new admin.tags.create
        admin.bin.index admin.bin_restorations.create admin.bin_purges.new admin.bin_purges.create
        admin.settings.index admin.branding.edit admin.branding.preview admin.branding.update
        admin.providers.index admin.providers.new admin.providers.create
        admin.settings.update admin.security.show admin.system.show admin.job_kinds.new admin.job_kinds.create""",
    ),
    (
        administration(DESK),
        """admin.mailboxes.index admin.mailboxes.new admin.mailboxes.create admin.mailbox_permissions.show
        admin.inbound.index admin.inbound_deeds.create_many admin.blocked.index admin.blocked.new
        admin.blocked.create""",
    ),
    (
        administration(DESK, About.ROW),
        """admin.mailboxes.show admin.mailboxes.edit admin.mailboxes.update admin.mailboxes.prefer
        admin.mailbox_servers.edit_incoming admin.mailbox_servers.update_incoming
        admin.mailbox_servers.edit_outgoing admin.mailbox_servers.update_outgoing
        admin.mailbox_permissions.new admin.mailbox_trials.create admin.mailbox_doors.create
        admin.mailbox_doors.destroy admin.mailbox_activations.new admin.mailbox_activations.create
        admin.mailbox_pauses.create admin.mailbox_pauses.destroy admin.mailbox_pauses.ask
        admin.mailbox_pauses.delete admin.inbound.show admin.inbound.raw admin.inbound_deeds.create
        admin.blocked.destroy""",
    ),
    (
        administration(DESK, About.NAME),
        """admin.settings.reset admin.branding.preview_stylesheet admin.templates.edit admin.templates.update
        admin.templates.reset admin.templates.letter""",
    ),
    (
        administration(DESK, About.ROW),
        """admin.providers.edit admin.providers.update admin.provider_deletions.new admin.provider_deletions.create
        admin.outbox.show admin.resent_mails.create admin.copied_links.create admin.jobs.show admin.job_discards.new
        admin.tags.edit admin.tags.update admin.tag_deletions.new admin.tag_deletions.create
        admin.tag_merges.new admin.tag_merges.create admin.bin_purges.show""",
    ),
    (
        Route(Door.ADMINISTRATION, About.ROW, needs=DESK, is_forgiving=True),
        "admin.job_discards.create admin.job_retries.create",
    ),
)


_FRESH = """
    customers.authenticators.new customers.authenticators.create customers.authenticators.remove
    customers.authenticators.destroy customers.recovery_codes.new customers.recovery_codes.create
    customers.passkeys.new customers.passkeys.challenge customers.passkeys.create customers.passkeys.remove
    customers.passkeys.destroy
    agents.authenticators.new agents.authenticators.create agents.authenticators.remove
    agents.authenticators.destroy agents.recovery_codes.new agents.recovery_codes.create
    agents.passkeys.new agents.passkeys.challenge agents.passkeys.create agents.passkeys.remove
    agents.passkeys.destroy
    customers.addresses.create customers.addresses.make_first customers.addresses.remove
    customers.erasures.new customers.erasures.create
    agents.person_merges.new agents.person_merges.create
    admin.people.new admin.people.create admin.people.update
    admin.person_addresses.create admin.person_addresses.confirm admin.person_addresses.make_primary
    admin.person_addresses.destroy
    admin.impersonations.new admin.impersonations.create
    admin.person_erasures.new admin.person_erasures.create
    admin.person_factors.new admin.person_factors.create admin.deactivations.new admin.deactivations.create
    public.providers.update admin.providers.new admin.providers.create admin.providers.edit admin.providers.update
    admin.provider_deletions.new admin.provider_deletions.create
    admin.roles.new admin.roles.create admin.roles.edit admin.roles.update
    admin.role_deletions.new admin.role_deletions.create
    admin.settings.update admin.bin_purges.new admin.bin_purges.create admin.audit_exports.create
    admin.access_exports.create
    admin.copied_links.create
    admin.mailbox_servers.edit_incoming admin.mailbox_servers.update_incoming
    admin.mailbox_servers.edit_outgoing admin.mailbox_servers.update_outgoing
    admin.mailbox_permissions.new admin.mailbox_doors.create admin.mailbox_doors.destroy"""
"""What is dangerous: whoever has done nothing but keep a browser open is asked who they are first."""


def _by_endpoint() -> Iterator[tuple[str, Route]]:
    fresh = set(_FRESH.split())
    for route, endpoints in _LINES:
        for endpoint in endpoints.split():
            yield endpoint, replace(route, fresh=True) if endpoint in fresh else route


ROUTES: Mapping[str, Route] = dict(_by_endpoint())
