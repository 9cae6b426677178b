"""The fields and values of audit rows in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.lists import format_list
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from helpdesk.web.audit_names import TABLE_OF_FIELD, Names
from helpdesk.web.filters import label
from helpdesk.web.languages import gettext
from helpdesk.web.moments import exact, viewer_locale

LONGEST_VALUE = 80

FIELDS: Mapping[str, LazyString] = {
    "title": _("title"),
    "assignee_id": _("assignee"),
    "team_id": _("team"),
    "status": _("status"),
    "priority": _("priority"),
    "requester_id": _("requester"),
    "organization_id": _("organization"),
    "organization_role": _("role in the organization"),
    "invited_to_id": _("invited to"),
    "role_id": _("role"),
    "due_at": _("deadline"),
    "full_name": _("name"),
    "password_hash": _("password"),
    "recovery_codes": _("recovery codes left"),
    "email": _("address"),
    "is_active": _("active"),
    "is_staff": _("staff"),
    "is_primary": _("primary address"),
    "verified_at": _("confirmed"),
    "value": _("value"),
    "content": _("text"),
    "content_html": _("text with its marks"),
    "tags": _("tags"),
    "watchers": _("watchers"),
    "participants": _("participants"),
    "members": _("members"),
    "permissions": _("permissions"),
    "needs_second_factor": _("needs a second factor"),
    "name": _("name"),
    "query": _("which tickets"),
    "columns": _("columns"),
    "sort": _("order"),
    "grouping": _("grouping"),
    "owner_id": _("owner"),
    "domains": _("domains"),
    "sharing": _("sharing"),
    "color": _("colour"),
    "description": _("description"),
    "filename": _("file name"),
    "content_type": _("kind of file"),
    "size": _("size"),
    "sha256": _("fingerprint"),
    "public_id": _("address of the file"),
    "is_inline": _("shown in the text"),
    "is_internal": _("internal"),
    "is_opening": _("opening message"),
    "author_id": _("author"),
    "creator_id": _("typed by"),
    "user_id": _("person"),
    "link_for": _("link for"),
    "purpose": _("purpose"),
    "email_key": _("address, normalised"),
    "locale": _("language"),
    "time_zone": _("time zone"),
    "is_system": _("the desk itself"),
    "is_built_in": _("built in"),
    "ticket_id": _("ticket"),
    "ticket_number": _("number"),
    "origin_ticket_id": _("from ticket"),
    "merged_into_id": _("merged into"),
    "merged_from": _("merged from"),
    "took_in": _("took in"),
    "reopen_days": _("days to reopen"),
    "notes": _("notes"),
    "signature": _("signature"),
    "picture_sha256": _("picture"),
    "other_id": _("other ticket"),
    "kind": _("kind"),
    "via": _("through"),
    "first_responded_at": _("first answered"),
    "first_resolved_at": _("first resolved"),
    "resolved_at": _("resolved"),
    "closed_at": _("closed"),
    "reopen_count": _("times reopened"),
    "published_at": _("published"),
    "edited_at": _("edited"),
    "deleted_at": _("moved to the bin"),
    "anonymised_at": _("erased"),
    "ticket_count": _("number of tickets"),
    "row_count": _("number of changes"),
    "conditions": _("conditions"),
    "address": _("address"),
    "address_key": _("address, normalised"),
    "aliases": _("other addresses"),
    "sender_name": _("name of the sender"),
    "is_default": _("default mailbox"),
    "issuer": _("issuer"),
    "client_id": _("client id"),
    "client_secret": _("client secret"),
    "scopes": _("scopes"),
    "audience": _("for whom"),
    "creates_accounts": _("makes accounts"),
    "role_claim": _("claim with the groups"),
    "role_names": _("groups and roles"),
    "gives_administration": _("may make administrators"),
    "gives_second_factor": _("second factor believed"),
    "provider_id": _("provider"),
    "mailbox_id": _("mailbox"),
    "connected_at": _("switched on"),
    "cut_off_at": _("oldest mail to import"),
    "imap_host": _("server it is fetched from"),
    "imap_port": _("port to fetch"),
    "imap_security": _("encryption to fetch"),
    "imap_user": _("user name to fetch"),
    "imap_password": _("password to fetch"),
    "imap_folder": _("folder"),
    "after_fetch": _("what happens to fetched mail"),
    "done_folder": _("folder of fetched mail"),
    "smtp_host": _("server it is sent by"),
    "smtp_port": _("port to send"),
    "smtp_security": _("encryption to send"),
    "smtp_user": _("user name to send"),
    "smtp_password": _("password to send"),
    "hourly_limit": _("send brake"),
    "sign_in": _("way to sign in"),
    "oauth_authorize_url": _("page that asks for permission"),
    "oauth_token_url": _("address of the tokens"),
    "oauth_scope": _("what permission is asked for"),
    "oauth_client_id": _("client's id"),
    "oauth_client_secret": _("client's secret"),
    "oauth_refresh_token": _("permission"),
    "oauth_ends_at": _("end of the permission"),
    "door_secret_hash": _("secret of the HTTP door"),
    "has_plus_addresses": _("plus addresses"),
    "trusts_spam_headers": _("marks of spam are believed"),
    "authserv_id": _("server whose checks are believed"),
    "sealed_anew": _("number of secrets sealed with a new key"),
    "note": _("note"),
    "created_by_id": _("made by"),
    "released_by_id": _("let in by"),
    "subject": _("subject"),
    "delivery_failed_at": _("delivery failed"),
    "created_at": _("created"),
}
LABELLED = frozenset(
    {"status", "priority", "via", "kind", "permissions", "sharing", "organization_role", "purpose", "verdict"}
    | {"imap_security", "smtp_security", "after_fetch", "sign_in"}
)


_PLACES = {field: place for place, field in enumerate(FIELDS)}


def place(field: str) -> tuple[int, str]:
    """Where a field stands among the others of its row: what matters first."""
    return _PLACES.get(field, len(_PLACES)), field


def field_name(field: str) -> str:
    """What people call the field."""
    return str(FIELDS.get(field, field.replace("_", " ")))


def said(field: str, value: Any, names: Names) -> str:
    """One value of a field in words. Of message texts only the length was ever kept."""
    if isinstance(value, list):
        return str(format_list([said(field, each, names) for each in value], locale=viewer_locale()))
    if value is None or value == "":
        return gettext("nothing")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict) and not is_digest(value):
        return said(field, list(value), names) if value else gettext("nothing")
    if isinstance(value, dict):
        return gettext("%(count)s characters", count=value.get("length", 0))
    return _plainly(field, value, names)


def is_digest(value: Any) -> bool:
    """Whether this is what stands for a text that is not kept: its length and digest."""
    return isinstance(value, dict) and "sha256" in value


def _plainly(field: str, value: Any, names: Names) -> str:
    if field in TABLE_OF_FIELD and isinstance(value, int):
        return names.of(TABLE_OF_FIELD[field], value)
    if field.endswith("_at"):
        return exact(datetime.fromisoformat(value))
    if field in LABELLED:
        return label(value)
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    return text if field == "tags" else f"“{text[:LONGEST_VALUE]}{'…' if len(text) > LONGEST_VALUE else ''}”"
