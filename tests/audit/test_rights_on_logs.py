"""H09: no role that serves requests changes or removes what was recorded, or owns it."""

import pytest
from sqlalchemy import Connection, text

SERVING = ["helpdesk_auth", "helpdesk_app", "helpdesk_customer", "helpdesk_analytics"]
LOGS = ["audit_logs", "access_logs"]
SEALS = ["audit_seals", "audit_removals"]
RIGHTS = """select privilege_type from information_schema.role_table_grants
where grantee = :role and table_name = :table"""


def granted(connection: Connection, role: str, table: str) -> set[str]:
    return set(connection.scalars(text(RIGHTS), {"role": role, "table": table}))


@pytest.mark.parametrize("role", SERVING)
def test_serving_roles_write_and_read_logs_and_no_more(transaction: Connection, role: str) -> None:
    for table in LOGS:
        assert granted(transaction, role, table) <= {"SELECT", "INSERT"}
    for table in SEALS:
        assert granted(transaction, role, table) <= {"SELECT"}


@pytest.mark.parametrize("table", LOGS + SEALS)
def test_the_owner_owns_them(transaction: Connection, table: str) -> None:
    owner = "select pg_get_userbyid(relowner) from pg_class where relname = :table"

    assert transaction.scalar(text(owner), {"table": table}) == "helpdesk_owner"
