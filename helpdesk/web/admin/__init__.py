"""The administrators' pages, below /admin: each asks for its own permission."""

from types import ModuleType

from flask import Blueprint, abort, g
from werkzeug.wrappers import Response

from helpdesk.accounts.models import User
from helpdesk.tickets.policy import can_open
from helpdesk.web import guards, rates
from helpdesk.web.admin import (
    access,
    access_exports,
    activations,
    audit,
    audit_exports,
    audit_requests,
    bin_list,
    bin_purges,
    bin_restorations,
    blocked,
    branding,
    copied_links,
    deactivations,
    domain_joins,
    home,
    impersonations,
    inbound,
    inbound_deeds,
    invitations,
    job_discards,
    job_kinds,
    job_retries,
    jobs,
    mailbox_activations,
    mailbox_doors,
    mailbox_pauses,
    mailbox_permissions,
    mailbox_servers,
    mailbox_trials,
    mailboxes,
    organization_deletions,
    organization_members,
    organization_sharings,
    organizations,
    outbox,
    people,
    person_addresses,
    person_erasures,
    person_factors,
    person_organizations,
    provider_deletions,
    providers,
    resent_mails,
    rights,
    role_deletions,
    roles,
    security,
    settings,
    styleguide,
    system,
    tag_deletions,
    tag_merges,
    tags,
    team_deletions,
    teams,
    templates,
)
from helpdesk.web.admin.navigation import navigation
from helpdesk.web.admin.ticket_links import tickets_link

admin = Blueprint("admin", __name__, url_prefix="/admin")


@admin.before_request
def let_staff_in() -> Response | None:
    """Customers find nothing here; which page an agent may open, the page's own permission says."""
    person = guards.signed_in()
    if not isinstance(person, User):
        return person
    if not person.is_staff:
        abort(404)
    g.agent = person
    return None


admin.before_request(rates.limit_costly_pages)
admin.context_processor(
    lambda: {"nav": navigation(), "tickets_link": tickets_link, "can_open": can_open(g.agent)}
)

RESOURCES: tuple[ModuleType, ...] = (
    home,
    people,
    invitations,
    person_addresses,
    person_organizations,
    person_erasures,
    person_factors,
    deactivations,
    impersonations,
    activations,
    organizations,
    organization_sharings,
    organization_members,
    organization_deletions,
    domain_joins,
    teams,
    team_deletions,
    tags,
    tag_merges,
    tag_deletions,
    roles,
    role_deletions,
    rights,
    providers,
    provider_deletions,
    settings,
    branding,
    access,
    access_exports,
    audit,
    audit_exports,
    audit_requests,
    mailboxes,
    mailbox_servers,
    mailbox_permissions,
    mailbox_trials,
    mailbox_doors,
    mailbox_activations,
    mailbox_pauses,
    inbound,
    inbound_deeds,
    blocked,
    bin_list,
    bin_restorations,
    bin_purges,
    outbox,
    templates,
    copied_links,
    resent_mails,
    jobs,
    job_kinds,
    job_retries,
    job_discards,
    security,
    system,
    styleguide,
)
for resource in RESOURCES:
    admin.register_blueprint(resource.bp)
