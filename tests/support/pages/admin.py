"""The administration's pages of the catalogue."""

from functools import partial

from tests.support.pages.page import PersonaPage

Page = partial(PersonaPage, reader="ada")

PAGES: tuple[PersonaPage, ...] = (
    Page("admin-people", "/admin/people"),
    Page("admin-people-none-found", "/admin/people?q=zebra", is_pictured=False),
    Page("admin-person", "/admin/people/{staff}"),
    Page("admin-person-customer", "/admin/people/{person}"),
    Page("admin-person-invited", "/admin/people/{invited}", is_pictured=False),
    Page("admin-invitation", "/admin/people/new"),
    Page(
        "admin-invitation-refused", "/admin/people", status=422, sends={"email": "nobody"}, is_pictured=False
    ),
    Page("admin-people-narrowed", "/admin/people?state=invited&sort=-open", is_pictured=False),
    Page(
        "admin-person-refused",
        "/admin/people/{person}",
        status=422,
        sends={"role": "zebra"},
        is_pictured=False,
    ),
    Page(
        "admin-person-address-refused",
        "/admin/people/{person}/addresses",
        status=422,
        sends={"email": "zebra"},
        is_pictured=False,
    ),
    Page("admin-person-organization", "/admin/people/{person}/organization/new?words=e", is_pictured=False),
    Page("admin-deactivation", "/admin/people/{staff}/deactivation/new"),
    Page("admin-erasure", "/admin/people/{person}/erasure/new"),
    Page(
        "admin-erasure-refused",
        "/admin/people/{person}/erasure",
        status=422,
        sends={"typed": "zebra"},
        is_pictured=False,
    ),
    Page("admin-organizations", "/admin/organizations"),
    Page("admin-organizations-none-found", "/admin/organizations?q=zebra", is_pictured=False),
    Page("admin-organization", "/admin/organizations/{organization}"),
    Page("admin-organization-new", "/admin/organizations/new", is_pictured=False),
    Page(
        "admin-organization-refused",
        "/admin/organizations",
        status=422,
        sends={"name": "Zebra", "domains": "gmail.com", "sharing": "none"},
        is_pictured=False,
    ),
    Page("admin-organization-sharing", "/admin/organizations/{organization}/sharing/edit", is_pictured=False),
    Page(
        "admin-organization-sharing-preview", "/admin/organizations/{organization}/sharing/edit?to=everyone"
    ),
    Page(
        "admin-organization-member",
        "/admin/organizations/{organization}/members/new?words=o",
        is_pictured=False,
    ),
    Page("admin-organization-joins", "/admin/organizations/{organization}/joins/new", is_pictured=False),
    Page(
        "admin-organization-deletion", "/admin/organizations/{organization}/deletion/new", is_pictured=False
    ),
    Page("admin", "/admin"),
    Page("admin-found", "/admin?q=logo", is_pictured=False),
    Page("admin-nothing-found", "/admin?q=zebra", is_pictured=False),
    Page("admin-teams", "/admin/teams"),
    Page("admin-teams-none-found", "/admin/teams?q=zebra", is_pictured=False),
    Page("admin-team", "/admin/teams/{team}"),
    Page("admin-team-new", "/admin/teams/new", is_pictured=False),
    Page("admin-team-refused", "/admin/teams", status=422, sends={"name": ""}, is_pictured=False),
    Page("admin-team-deletion", "/admin/teams/{team}/deletion/new", is_pictured=False),
    Page("admin-tags", "/admin/tags"),
    Page("admin-tags-none-found", "/admin/tags?q=zebra", is_pictured=False),
    Page("admin-tag", "/admin/tags/{tag}"),
    Page("admin-tag-new", "/admin/tags/new", is_pictured=False),
    Page("admin-tag-refused", "/admin/tags", status=422, sends={"name": ""}, is_pictured=False),
    Page("admin-tag-deletion", "/admin/tags/{tag}/deletion/new", is_pictured=False),
    Page("admin-tag-merge", "/admin/tags/{tag}/merge", is_pictured=False),
    Page("admin-tag-merge-preview", "/admin/tags/{tag}/merge?into={other_tag}"),
    Page("admin-roles", "/admin/roles"),
    Page("admin-settings", "/admin/settings"),
    Page(
        "admin-settings-refused",
        "/admin/settings/requests",
        status=422,
        sends={"reopen_days": "soon"},
        is_pictured=False,
    ),
    Page("admin-branding", "/admin/branding"),
    Page(
        "admin-branding-refused",
        "/admin/branding",
        status=422,
        sends={"accent_color": "#ffff00"},
        is_pictured=False,
    ),
    Page("admin-system", "/admin/system"),
    Page("admin-bin", "/admin/bin"),
    Page("admin-bin-none-found", "/admin/bin?q=zebra", is_pictured=False),
    Page("admin-bin-purge", "/admin/bin/purges/new?all=1"),
    Page(
        "admin-bin-purge-refused",
        "/admin/bin/purges",
        status=422,
        sends={"all": "1", "typed": "many"},
        is_pictured=False,
    ),
    Page("admin-bin-purged", "/admin/bin/purges/{purge}", is_pictured=False),
    Page("admin-audit", "/admin/audit"),
    Page("admin-audit-request", "/admin/audit/requests/{request}", is_pictured=False),
    Page("admin-audit-none-found", "/admin/audit?q=zebra", is_pictured=False),
    Page("admin-outbox", "/admin/outbox"),
    Page("admin-outbox-none-found", "/admin/outbox?q=zebra", is_pictured=False),
    Page("admin-templates", "/admin/templates"),
    Page("admin-templates-none-found", "/admin/templates?q=zebra", is_pictured=False),
    Page("admin-template", "/admin/templates/ticket_answered"),
    Page("admin-letter-failed", "/admin/outbox/{failed_mail}"),
    Page("admin-jobs", "/admin/jobs"),
    Page("admin-job-failed", "/admin/jobs/{failed_job}"),
    Page("admin-jobs-done", "/admin/jobs?show=done", is_pictured=False),
    Page("admin-jobs-none-found", "/admin/jobs?q=zebra", is_pictured=False),
    Page("admin-jobs-retries", "/admin/jobs/retries/new?kind=identity.request_reset", is_pictured=False),
    Page("admin-job-discard", "/admin/jobs/{failed_job}/discard/new", is_pictured=False),
    Page("styleguide", "/admin/styleguide", is_pictured=False),
    Page("no-such-person", "/admin/people/999999", status=404, is_pictured=False),
    Page("not-for-agents", "/admin/people", reader="ana", status=403, is_pictured=False),
)
# What comes into pages, or leads on: each with an address under which it can be had
PARTS: tuple[PersonaPage, ...] = (
    Page("branding-preview", "/admin/branding/preview"),
    Page("branding-preview-colours", "/admin/branding/preview/zebra-zebra.css", status=404),
)
