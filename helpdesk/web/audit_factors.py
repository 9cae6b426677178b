"""What audit rows say of second factors: whose they are, and that they came or went."""

from collections.abc import Callable, Mapping

from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.web.audit_names import Names
from helpdesk.web.languages import gettext as _


def _whose(row: AuditLog, names: Names) -> str:
    old, new = row.changes.get("user_id", [None, None])
    return names.of("users", new or old)


def _passkey(row: AuditLog) -> str:
    old, new = row.changes.get("name", [None, None])
    return str(new or old or "")


def _added_app(row: AuditLog, names: Names) -> str:
    return _("added the authenticator app of %(person)s", person=_whose(row, names))


def _removed_app(row: AuditLog, names: Names) -> str:
    return _("removed the authenticator app of %(person)s", person=_whose(row, names))


def _added_passkey(row: AuditLog, names: Names) -> str:
    return _("added the passkey “%(name)s” of %(person)s", name=_passkey(row), person=_whose(row, names))


def _removed_passkey(row: AuditLog, names: Names) -> str:
    return _("removed the passkey “%(name)s” of %(person)s", name=_passkey(row), person=_whose(row, names))


DEEDS: Mapping[tuple[str, AuditAction], Callable[[AuditLog, Names], str]] = {
    ("authenticators", AuditAction.INSERT): _added_app,
    ("authenticators", AuditAction.DELETE): _removed_app,
    ("passkeys", AuditAction.INSERT): _added_passkey,
    ("passkeys", AuditAction.DELETE): _removed_passkey,
}
