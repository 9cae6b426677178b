"""How Alembic runs here: as the owner of the tables, on the connection helpdesk.database.migrations hands over."""

from alembic import context

from helpdesk.app import import_models
from helpdesk.core.db import Base

import_models()


def include_object(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Procrastinate brings its own schema, and the months of the audit logs are made by a job."""
    foreign = ("procrastinate_", "audit_logs_", "access_logs_")
    return not (kind == "table" and name is not None and name.startswith(foreign))


options = {
    "target_metadata": Base.metadata,
    "include_object": include_object,
    "compare_type": True,
    # the one default draws from a sequence, and comparing would run it; a test compares dumps instead
    "compare_server_default": False,
    "transaction_per_migration": True,
}

if context.is_offline_mode():
    named = {"paramstyle": "named"}  # the others would double every percent sign
    context.configure(dialect_name="postgresql", dialect_opts=named, literal_binds=True, **options)
else:
    context.configure(connection=context.config.attributes["connection"], **options)

if context.is_offline_mode():
    context.execute("SET ROLE helpdesk_owner")
    context.execute("SET lock_timeout = '10s'")  # rather try again than hold everybody up
    context.execute("SET statement_timeout = 0")

with context.begin_transaction():
    context.run_migrations()
