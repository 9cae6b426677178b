"""The customers' pages of the catalogue: the portal, for members, managers and those who came by a mailed link."""

from functools import partial

from tests.support.pages.page import LINK_HOLDER, MANAGER, PersonaPage

Page = partial(PersonaPage, reader="carl")

PAGES: tuple[PersonaPage, ...] = (
    Page("requests", "/portal/tickets"),
    Page("requests-solved", "/portal/tickets?show=solved", is_pictured=False),
    Page("requests-none-yet", "/portal/tickets", reader="olga"),
    Page("requests-found", "/portal/tickets?q={word}", is_pictured=False),
    Page("requests-none-found", "/portal/tickets?q=zebra", is_pictured=False),
    Page("requests-invited", "/portal/tickets", reader="kim", is_pictured=False),
    Page("request", "/portal/tickets/{full}"),
    Page("request-solved", "/portal/tickets/{done}"),
    Page("request-reply-refused", "/portal/tickets/{full}/replies", status=422, sends={"content": " "}),
    Page("request-new", "/portal/tickets/new"),
    Page("request-new-refused", "/portal/tickets", status=422, sends={"title": "", "content": ""}),
    Page("request-sent", "/portal/receipts/{plain}"),
    Page("request-print", "/portal/tickets/{full}/print", is_pictured=False),
    Page("request-by-link", "/portal/tickets/{full}", reader=LINK_HOLDER),
    Page("request-as-manager", "/portal/tickets/{full}", reader=MANAGER, is_pictured=False),
    Page(
        "request-invitation-refused",
        "/portal/tickets/{full}/participants",
        status=422,
        sends={"email": "nobody"},
        is_pictured=False,
    ),
    Page("organization-requests", "/portal/organization", reader=MANAGER),
    Page(
        "organization-requests-none-found", "/portal/organization?q=zebra", reader=MANAGER, is_pictured=False
    ),
    Page("colleagues", "/portal/colleagues", reader=MANAGER),
    Page(
        "colleagues-invitation-refused",
        "/portal/colleagues/invitations",
        reader=MANAGER,
        status=422,
        sends={"email": "nobody"},
        is_pictured=False,
    ),
    Page("profile", "/portal/profile"),
    Page("profile-refused", "/portal/profile", status=422, sends={"full_name": ""}, is_pictured=False),
    Page(
        "profile-address-refused",
        "/portal/profile/addresses",
        status=422,
        sends={"email": "nobody"},
        is_pictured=False,
    ),
    Page(
        "profile-password-refused",
        "/portal/profile/password",
        status=422,
        sends={"present_password": "", "new_password": "short"},
        is_pictured=False,
    ),
    Page("own-security", "/portal/profile/security"),
    Page("own-security-app", "/portal/profile/security/app/new", is_pictured=False),
    Page("own-security-app-removal", "/portal/profile/security/app/removal/new", is_pictured=False),
    Page("own-security-codes", "/portal/profile/security/recovery-codes/new", is_pictured=False),
    Page("own-security-passkey", "/portal/profile/security/passkeys/new", is_pictured=False),
    Page("erasure", "/portal/profile/erasure/new"),
    Page("erasure-refused", "/portal/profile/erasure", status=422, sends={"typed": "no"}, is_pictured=False),
    Page("no-such-request", "/portal/tickets/HD-999999", status=404, is_pictured=False),
)
# What comes into pages, or leads on: each with an address under which it can be had
PARTS: tuple[PersonaPage, ...] = (
    Page("portal-start", "/portal", status=303),
    Page("own-passkey-gone", "/portal/profile/security/passkeys/zebra/removal/new", status=303),
)
