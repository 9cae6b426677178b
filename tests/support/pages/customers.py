"""The customers' pages of the catalogue: the portal, for members, managers and those who came by a mailed link."""

from functools import partial

from tests.support.pages.page import PersonaPage

Page = partial(PersonaPage, reader="carl")

PAGES: tuple[PersonaPage, ...] = (
    Page("requests", "/portal/tickets"),
    Page("requests-solved", "/portal/tickets?show=solved", is_pictured=False),
    Page("requests-none-yet", "/portal/tickets", reader="olga"),
    Page("request", "/portal/tickets/{full}"),
    Page("request-solved", "/portal/tickets/{done}"),
    Page("request-reply-refused", "/portal/tickets/{full}/replies", status=422, sends={"content": " "}),
    Page("request-new", "/portal/tickets/new"),
    Page("request-new-refused", "/portal/tickets", status=422, sends={"title": "", "content": ""}),
    Page("no-such-request", "/portal/tickets/HD-999999", status=404, is_pictured=False),
)
# What comes into pages, or leads on: each with an address under which it can be had
PARTS: tuple[PersonaPage, ...] = (Page("portal-start", "/portal", status=303),)
