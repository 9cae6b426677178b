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
    Page("admin-deactivation", "/admin/people/{staff}/deactivation/new"),
    Page("admin-audit", "/admin/audit"),
    Page("admin-audit-none-found", "/admin/audit?q=zebra", is_pictured=False),
    Page("admin-outbox", "/admin/outbox"),
    Page("admin-outbox-none-found", "/admin/outbox?q=zebra", is_pictured=False),
    Page("admin-letter-failed", "/admin/outbox/{failed_mail}"),
    Page("admin-jobs", "/admin/jobs"),
    Page("admin-job-failed", "/admin/jobs/{failed_job}"),
    Page("admin-job-discard", "/admin/jobs/{failed_job}/discard/new", is_pictured=False),
    Page("styleguide", "/admin/styleguide", is_pictured=False),
    Page("no-such-person", "/admin/people/999999", status=404, is_pictured=False),
    Page("not-for-agents", "/admin/people", reader="ana", status=403, is_pictured=False),
)
# What comes into pages, or leads on: each with an address under which it can be had
PARTS: tuple[PersonaPage, ...] = (Page("admin-start", "/admin", status=302),)
