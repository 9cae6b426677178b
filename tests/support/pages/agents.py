"""The agents' pages of the catalogue."""

from functools import partial

from tests.support.pages.page import PersonaPage

Page = partial(PersonaPage, reader="ada")

PAGES: tuple[PersonaPage, ...] = (
    Page("queue", "/agent/queues/open"),
    Page("queue-unassigned", "/agent/queues/unassigned"),
    Page("queue-mine", "/agent/queues/mine", reader="ana"),
    Page("queue-everything", "/agent/queues/everything?sort=-activity", is_pictured=False),
    Page("queue-undelivered", "/agent/queues/undelivered"),
    Page("queue-filtered", "/agent/queues/open?q=priority:urgent"),
    Page("queue-filtered-to-nothing", "/agent/queues/open?q=zebra"),
    Page("queue-misread-filter", "/agent/queues/open?q=colour:red", status=422),
    Page("queue-empty", "/agent/queues/mine", reader="ben"),
    Page("views", "/agent/views"),
    Page("view", "/agent/views/{view}"),
    Page("view-new", "/agent/views/new?in=open&q=priority:urgent"),
    Page("view-refused", "/agent/views", status=422, sends={"name": "", "query": "colour:red"}),
    Page("view-edit", "/agent/views/{view}/edit"),
    Page("search", "/agent/search?q={word}"),
    Page("search-nothing-typed", "/agent/search"),
    Page("search-nothing-found", "/agent/search?q=zebra"),
    Page("bulk-preview", "/agent/bulk-edits/new?in=open&all=1&deed=status&value=resolved"),
    Page("bulk-reply", "/agent/bulk-edits/new?in=open&all=1&deed=reply", reader="ana", is_pictured=False),
    Page("bulk-note", "/agent/bulk-edits/new?in=open&all=1&deed=note", is_pictured=False),
    Page("bulk-edits", "/agent/bulk-edits"),
    Page("bulk-edit", "/agent/bulk-edits/{bulk_edit}"),
    Page(
        "bulk-edit-refused-undo", "/agent/bulk-edits/{bulk_edit}/reversal", status=409, sends={"to": "list"}
    ),
    Page("ticket", "/agent/tickets/{full}", reader="ana"),
    Page("ticket-from-a-queue", "/agent/tickets/{full}?in=open&sort=-activity", is_pictured=False),
    Page("ticket-plain", "/agent/tickets/{plain}"),
    Page("ticket-closed", "/agent/tickets/{done}"),
    Page("ticket-properties", "/agent/tickets/{full}/properties/edit"),
    Page("ticket-deletion", "/agent/tickets/{plain}/deletion/new"),
    Page(
        "ticket-reply-refused",
        "/agent/tickets/{plain}/replies",
        status=422,
        sends={"content": " ", "mode": "reply"},
    ),
    Page("ticket-note-refused", "/agent/tickets/{plain}/notes", status=422, sends={"content": " "}),
    Page(
        "ticket-properties-refused",
        "/agent/tickets/{plain}/properties",
        status=422,
        sends={"new-title": "", "seen-title": "x"},
    ),
    Page("ticket-new", "/agent/tickets/new"),
    Page("ticket-new-refused", "/agent/tickets", status=422, sends={"requester": "nobody", "title": ""}),
    Page("people", "/agent/people"),
    Page("people-none-found", "/agent/people?q=zebra"),
    Page("person", "/agent/people/{person}"),
    Page("person-merge", "/agent/people/{person}/merge"),
    Page("person-merge-preview", "/agent/people/{person}/merge?into={other}"),
    Page("organizations", "/agent/organizations"),
    Page("organization", "/agent/organizations/{organization}"),
    Page("statistics-filtered", "/agent/statistics?days=91&priority=high&assignee=nobody", is_pictured=False),
    Page("statistics-years", "/agent/statistics?from=2019-05-03&to=2026-02-04", is_pictured=False),
    Page("statistics-to-come", "/agent/statistics?from=2190-01-01&to=2190-01-31", is_pictured=False),
    Page("preferences", "/agent/preferences", reader="ana"),
    Page("keys", "/agent/preferences/keys", reader="ana"),
    Page("keys-refused", "/agent/preferences/keys", status=422, sends={"key_reply": "c", "key_note": "c"}),
    Page("devices", "/agent/preferences/devices", reader="ana"),
    Page("security", "/agent/preferences/security", reader="ana"),
    Page("security-app", "/agent/preferences/security/app/new", reader="ana", is_pictured=False),
    Page(
        "security-app-refused",
        "/agent/preferences/security/app",
        reader="ana",
        status=422,
        sends={"offer": "x", "code": "123456"},
        is_pictured=False,
    ),
    Page(
        "security-app-removal", "/agent/preferences/security/app/removal/new", reader="ana", is_pictured=False
    ),
    Page("security-codes", "/agent/preferences/security/recovery-codes/new", reader="ana", is_pictured=False),
    Page("security-passkey", "/agent/preferences/security/passkeys/new", reader="ana", is_pictured=False),
    Page("preferences-refused", "/agent/preferences", status=422, sends={"full_name": ""}),
    Page("statistics", "/agent/statistics"),
    Page("statistics-misread", "/agent/statistics?from=zebra", status=422, is_pictured=False),
    Page("bin", "/agent/bin"),
    Page("no-such-ticket", "/agent/tickets/HD-999999", status=404),
    Page("no-such-queue", "/agent/queues/zebra", status=404, is_pictured=False),
)
# What comes into pages, or leads on: each with an address under which it can be had
PARTS: tuple[PersonaPage, ...] = (
    Page("start", "/agent", status=303),
    Page("security-passkey-gone", "/agent/preferences/security/passkeys/zebra/removal/new", status=303),
    Page("view-counts", "/agent/views/counts"),
    Page("statistics-table", "/agent/statistics/overview.csv"),
    Page("suggestions", "/agent/search/suggestions?q=a"),
    Page("keys-list", "/agent/preferences/keys/list"),
    Page("matching-people", "/agent/people/matches?q=a"),
    Page("open-tickets-of-a-person", "/agent/people/{person}/open-tickets"),
    Page("picture", "/agent/people/{person}/picture", status=404),
    Page("ticket-original", "/agent/tickets/{full}/messages/{message}/original"),
    Page(
        "ticket-original-with-pictures", "/agent/tickets/{full}/messages/{message}/original?pictures=remote"
    ),
    Page("ticket-original-raw", "/agent/tickets/{full}/messages/{message}/raw"),
    Page("tag-names", "/agent/tickets/{full}/tags"),
    Page("draft", "/agent/tickets/{full}/draft"),
    Page("news", "/agent/tickets/{full}/news?seen=0", status=400),
)
