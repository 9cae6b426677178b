"""Sealing all secrets of the database anew, with the first of the keys in force."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, Table, or_, select, update

from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction
from helpdesk.core.db import Base, db
from helpdesk.core.sealing import is_sealed_by_first, reseal
from helpdesk.identity.providers import IdentityProvider
from helpdesk.identity.second_factors import Authenticator
from helpdesk.mail.models import Mailbox, MailboxState

SEALED = (
    *(Mailbox.imap_password, Mailbox.smtp_password, Mailbox.oauth_client_secret),
    *(Mailbox.oauth_refresh_token, MailboxState.access_token, Authenticator.secret),
    IdentityProvider.client_secret,
)
"""Every column whose texts helpdesk.core.sealing made."""


def reseal_all() -> int:
    """Returns how many needed it. Whoever writes one meanwhile waits. Raises Unsealable where a key is missing.

    Past the ORM: no secret changes, so the trail says of each mailbox that it was sealed anew, and nothing more.
    """
    connection, count = db.session.connection(), 0
    for table, columns in _by_table():
        (key,) = table.primary_key
        rows = select(key, *columns).where(or_(*(each.is_not(None) for each in columns))).with_for_update()
        for record_id, *sealed in connection.execute(rows).all():
            fresh = {
                column.name: reseal(value)
                for column, value in zip(columns, sealed, strict=True)
                if value is not None and not is_sealed_by_first(value)
            }
            if not fresh:
                continue
            connection.execute(update(table).where(key == record_id).values(fresh))
            count += len(fresh)
            if table is Mailbox.__table__:
                record("mailboxes", record_id, AuditAction.UPDATE, {"sealed_anew": [None, len(fresh)]})
    return count


def _by_table() -> Iterator[tuple[Table, Sequence[Column[str]]]]:
    for model in dict.fromkeys(each.class_ for each in SEALED):
        table = Base.metadata.tables[model.__tablename__]
        yield table, [table.c[each.key] for each in SEALED if each.class_ is model]
