"""H07: row-level security that is really there, asked of PostgreSQL's catalogue: a new table cannot forget it."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from sqlalchemy import text

from helpdesk.background.jobs import known
from helpdesk.background.running import carry_out
from helpdesk.core import current
from helpdesk.core.current import SYSTEM_USER_ID, DatabaseRole, NobodyEntered, Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.policies import WITHOUT_ROW_SECURITY
from tests.support.tally import tally

SERVING = ("helpdesk_auth", "helpdesk_app", "helpdesk_customer", "helpdesk_analytics")
OF_STAFF = ("helpdesk_auth", "helpdesk_app", "helpdesk_analytics")
TABLES = """select c.relname, c.relrowsecurity, c.relispartition, pg_get_userbyid(c.relowner)
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1"""
WHO = text("select current_user, nullif(current_setting('helpdesk.user_id', true), '')")
VISIBLE = "has_any_column_privilege('{role}', c.oid, 'select, insert, update')"


def granted(ask, role):
    return set(
        ask(
            "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace"
            f" and c.relkind in ('r', 'p') and ({VISIBLE.format(role=role)}"
            f" or has_table_privilege('{role}', c.oid, 'delete'))"
        )
    )


class TestCatalogue:
    def test_every_table_and_every_part_of_one_has_row_level_security(self, sql):
        with sql("helpdesk_app") as ask:
            tables = ask(TABLES)

        assert {name for name, is_secured, _part, _owner in tables if not is_secured} == WITHOUT_ROW_SECURITY
        assert {owner for *_, owner in tables} == {"helpdesk_owner"}
        tally("tables with row-level security", len(tables))

    def test_every_role_has_a_policy_on_just_what_it_was_granted(self, sql):
        with sql("helpdesk_app") as ask:
            for role in SERVING:
                policed = ask(f"select tablename from pg_policies where '{role}' = any (roles)")
                assert set(policed) == granted(ask, role) - WITHOUT_ROW_SECURITY, role

    def test_what_has_none_is_touched_by_staffs_role_alone(self, sql):
        with sql("helpdesk_app") as ask:
            others = [granted(ask, role) for role in SERVING if role != "helpdesk_app"]

        assert all(not each & WITHOUT_ROW_SECURITY for each in others)

    def test_staff_keep_their_indexes_because_their_policy_is_a_literal(self, sql):
        with sql("helpdesk_app") as ask:
            for role in OF_STAFF:
                conditions = ask(f"select qual, with_check from pg_policies where '{role}' = any (roles)")
                assert set(conditions) == {("true", None)}, role

    def test_what_customers_see_hangs_on_who_asks(self, sql):
        with sql("helpdesk_app") as ask:
            conditions = ask(
                "select tablename, qual from pg_policies where 'helpdesk_customer' = any (roles)"
            )

        reached = ("helpdesk.user_id", "helpdesk_own_organization", "from tickets", "from comments")
        for table, condition in conditions:
            assert any(word in condition.lower() for word in reached), table

    def test_no_policy_is_for_everybody_or_by_a_role_we_do_not_know(self, sql):
        with sql("helpdesk_app") as ask:
            named = ask("select distinct unnest(roles) from pg_policies where schemaname = 'public'")

        assert set(named) == set(SERVING)

    def test_parts_show_nothing_by_themselves(self, sql):
        with sql("helpdesk_app") as ask:
            parts = [name for name, _secured, is_part, _owner in ask(TABLES) if is_part]
            policed = ask("select tablename from pg_policies")

        assert len(parts) >= 5
        assert set(parts) & set(policed) == set()

    @pytest.mark.parametrize("role", [*SERVING, "helpdesk"])
    def test_no_serving_role_owns_bypasses_or_becomes_the_owner_by_itself(self, sql, role):
        with sql("helpdesk_app") as ask:
            flags = "rolsuper, rolbypassrls, rolinherit and rolcanlogin"
            assert ask(f"select {flags} from pg_roles where rolname = '{role}'") == [(False, False, False)]
            assert ask(f"select 1 from pg_class where relowner = '{role}'::regrole") == []
            assert ask(f"select 1 from pg_proc where proowner = '{role}'::regrole") == []
            assert ask(f"select pg_has_role('{role}', 'helpdesk_owner', 'usage')") == [False]

    def test_a_table_without_a_policy_shows_nothing_though_it_was_granted(self, sql, transaction):
        with transaction.begin_nested() as savepoint:
            for statement in (
                "select set_config('role', 'helpdesk_owner', true)",
                "create table forgotten as select 1 as id",
                "alter table forgotten enable row level security",
                "grant select on forgotten to helpdesk_app, helpdesk_customer",
            ):
                transaction.execute(text(statement))
            with sql("helpdesk_app") as ask:
                assert ask("select id from forgotten") == []
            with sql("helpdesk_customer", user_id=1) as ask:
                assert ask("select id from forgotten") == []
            savepoint.rollback()


class TestContext:
    @pytest.mark.parametrize("user_id", [None, 0, 10**12])
    def test_without_an_actor_customers_and_links_have_no_rows(self, sql, world, user_id):
        with sql("helpdesk_customer", user_id=user_id, ticket_id=user_id) as ask:
            tables = granted(ask, "helpdesk_customer") - ({"users"} if user_id is not None else set())
            seen = {table: ask(f"select count(*) from {table}") for table in sorted(tables)}

        assert {table: count for table, count in seen.items() if count != [0]} == {}

    def test_outside_of_any_door_the_database_is_not_asked(self, app):
        with app.app_context(), pytest.raises(NobodyEntered):
            db.session.execute(WHO)

    def test_role_and_actor_end_with_their_transaction(self, own_app):
        """SET LOCAL only: the same connection, taken from the pool again, knows nobody."""
        connection = text("select pg_backend_pid()")
        with own_app.app_context():
            with current.entering(Via.WEB, role=DatabaseRole.CUSTOMER, user_id=5), unit_of_work():
                told = tuple(db.session.execute(WHO).one())
                before = db.session.scalar(connection)
            with db.engine.connect() as again:
                left = tuple(again.execute(WHO).one())
                after = again.scalar(connection)

        assert (told, left) == (("helpdesk_customer", "5"), ("helpdesk", None))
        assert before == after


class TestJobs:
    def test_every_kind_of_job_acts_as_the_system_in_a_role_of_its_own(self, own_app):
        """Each is run by the worker's own code, with a function that asks PostgreSQL who it is."""
        for name, job in known.items():
            seen = []

            def look(connection=db.session, seen=seen):
                with nullcontext() if connection is not db.session else unit_of_work():
                    seen.append(connection.execute(WHO).one())

            carry_out(own_app, replace(job, function=look), {}, job_id=1, attempt=1)

            expected = ("helpdesk_owner", None) if job.as_owner else ("helpdesk_app", str(SYSTEM_USER_ID))
            assert [tuple(row) for row in seen] == [expected], name
        tally("kinds of jobs with an actor", len(known))
