"""The second wall (ABUSE H07, E09): what PostgreSQL itself refuses, asked by raw SQL as if all our code were wrong."""

from contextlib import contextmanager

import pytest
from sqlalchemy import select, true
from sqlalchemy.exc import DBAPIError

from helpdesk.accounts.models import Organization, OrganizationRole, Sharing
from helpdesk.app import create_app
from helpdesk.core.db import db
from helpdesk.database.policies import GRANTS
from helpdesk.tickets.kept import forget_statements
from helpdesk.tickets.models import Attachment, Ticket
from tests.conftest import person_named
from tests.security.conftest import contents, filenames
from tests.support import databases
from tests.support.interleaved import hammer, marks, open_theirs
from tests.support.tally import tally

SERVING = ("helpdesk_auth", "helpdesk_app", "helpdesk_customer", "helpdesk_analytics")
OF_CUSTOMERS = {
    "tickets",
    "comments",
    "attachments",
    "ticket_participants",
    "ticket_reads",
    "ticket_links",
    "users",
    "email_addresses",
    "organizations",
    "teams",
}
SHARED = [
    (Sharing.NONE, OrganizationRole.MEMBER, ()),
    (Sharing.NONE, OrganizationRole.MANAGER, ()),
    (Sharing.MANAGERS, OrganizationRole.MEMBER, ()),
    (Sharing.MANAGERS, OrganizationRole.MANAGER, ("colleague",)),
    (Sharing.EVERYONE, OrganizationRole.MEMBER, ("colleague",)),
    (Sharing.EVERYONE, OrganizationRole.MANAGER, ("colleague",)),
]

TRIED_BY_HAND = [
    "update tickets set title = 'mine'",
    "update tickets set requester_id = 5",
    "delete from tickets",
    "insert into tickets (title) values ('mine')",
    "update comments set content = 'changed'",
    "delete from comments",
    "insert into comments (ticket_id, author_id, content) values (1, 5, 'by hand')",
    "insert into ticket_participants (ticket_id, user_id) values (2, 5)",
    "update users set is_staff = true where id = 5",
    "update attachments set filename = 'x'",
    "truncate tickets",
    "select id from tickets for update",
    "select 1 from tickets where id = 1 for share",
    "create table stolen as select * from comments",
    "alter table tickets disable row level security",
    "drop policy helpdesk_customer on tickets",
    "set local row_security = off; select id from tickets",
    "copy comments to program 'cat'",
    "select nextval('ticket_numbers')",
    "select assignee_id from tickets",
    "select priority from tickets",
    "select team_id, due_at, version, first_responded_at, reopen_count, last_activity_at from tickets",
    "select * from tickets",
    "select t from tickets t",
    "select via, origin_ticket_id from comments",
    "select password_hash from users",
    "select role_id, organization_id, last_login from users",
    "select email_key from email_addresses",
    "select * from audit_logs",
    "select * from sessions",
    "select * from one_time_tokens",
    "select * from outbox_messages",
    "select * from settings",
    "select * from organizations",
    "select * from ticket_watchers",
    "select * from ticket_tags",
    "select * from tags",
    "select * from teams",
    "select * from blobs",
    "select * from procrastinate_jobs",
    "select * from ticket_links",
    "select * from pg_authid",
]
TRIED_ON_THE_TRAIL = [
    "update audit_logs set user_id = null",
    "delete from audit_logs",
    "truncate audit_logs",
    "update audit_logs_default set user_id = null",
    "delete from audit_logs_default",
    "alter table audit_logs disable trigger all",
    "drop table audit_logs",
]


def refusal(ask, statement, **values):
    """The SQLSTATE PostgreSQL answers with: 42501 is “insufficient privilege”."""
    with pytest.raises(DBAPIError) as refused:
        ask(statement, **values)
    return refused.value.orig.sqlstate


class TestRows:
    @pytest.mark.parametrize("sharing, role, shared", SHARED)
    def test_a_customer_sees_own_invited_and_shared_and_nothing_else(
        self, world, acting, ids, sql, sharing, role, shared
    ):
        with acting("ada"):
            db.session.scalars(select(Organization)).one().sharing = sharing
            person_named("carl").organization_role = role
        expected, carl = ("own", "invited", *shared), ids("carl")

        with sql("helpdesk_customer", user_id=carl) as ask:
            assert ask("select title from tickets order by title") == sorted(expected)
            assert ask("select content from comments order by content") == contents(*expected)
            assert ask("select filename from attachments order by filename") == filenames(*expected)
            assert ask("select ticket_id, user_id from ticket_participants") == [(world["invited"], carl)]

    def test_other_organizations_share_nothing_with_strangers(self, world, acting, ids, sql):
        with acting("ada"):
            db.session.scalars(select(Organization)).one().sharing = Sharing.EVERYONE

        with sql("helpdesk_customer", user_id=ids("olga")) as ask:
            assert ask("select title from tickets order by title") == ["invited", "stranger"]

    def test_the_organization_that_counts_is_the_one_at_the_time_of_asking(self, world, acting, ids, sql):
        with acting("ada"):
            organization = db.session.scalars(select(Organization)).one()
            organization.sharing = Sharing.EVERYONE
            olga = person_named("olga")
            olga.organization_id, olga.organization_role = organization.id, OrganizationRole.MANAGER

        with sql("helpdesk_customer", user_id=ids("carl")) as ask:
            assert ask("select title from tickets order by title") == ["colleague", "invited", "own"]

    def test_anothers_request_is_no_row_however_it_is_asked_for(self, world, ids, sql):
        with sql("helpdesk_customer", user_id=ids("carl")) as ask:
            for name in ("stranger", "colleague", "deleted"):
                foreign = world[name]
                assert ask("select id from tickets where id = :id", id=foreign) == []
                assert ask("select count(*) from tickets where id = :id", id=foreign) == [0]
                assert ask("select id from comments where ticket_id = :id", id=foreign) == []
                assert ask("select user_id from ticket_participants where ticket_id = :id", id=foreign) == []
            assert ask("select title from tickets where title like '%stranger%' or true order by title") == [
                "invited",
                "own",
            ]
            assert (
                ask(
                    "select c.content from tickets t right join comments c on true where c.content like '%note'"
                )
                == []
            )

    def test_internal_and_held_messages_and_their_files_are_no_rows(self, world, ids, sql):
        with sql("helpdesk_customer", user_id=ids("carl")) as ask:
            assert ask("select id from comments where is_internal or published_at is null") == []
            assert (
                ask("select content from comments where content like '%note' or content like '%held'") == []
            )
            assert ask("select filename from attachments where filename ~ 'note|held'") == []
            assert ask("select count(*) from comments where ticket_id = :id", id=world["own"]) == [2]

    def test_a_mailed_link_opens_its_ticket_alone(self, world, sql):
        with sql("helpdesk_customer", ticket_id=world["stranger"]) as ask:
            assert ask("select title from tickets") == ["stranger"]
            assert ask("select content from comments order by content") == contents("stranger")
            assert ask("select filename from attachments order by filename") == filenames("stranger")
            assert ask("select user_id from ticket_participants") == []

    def test_a_mailed_link_to_a_deleted_ticket_opens_nothing(self, world, sql):
        with sql("helpdesk_customer", ticket_id=world["deleted"]) as ask:
            assert (
                ask("select id from tickets union select id from comments union select id from attachments")
                == []
            )

    @pytest.mark.parametrize("user_id, ticket_id", [(None, None), (0, None), (-1, 0), (10**12, 10**12)])
    def test_without_an_actor_there_is_nobody_and_nothing(self, world, sql, user_id, ticket_id):
        with sql("helpdesk_customer", user_id=user_id, ticket_id=ticket_id) as ask:
            for table in sorted(OF_CUSTOMERS - {"users"}):
                assert ask(f"select count(*) from {table}") == [0], table
            if user_id is None:
                assert ask("select id, full_name from users") == []

    def test_people_are_known_by_what_they_do_in_visible_requests(self, world, ids, sql):
        names = "select full_name from users where not is_staff order by full_name"

        with sql("helpdesk_customer", user_id=ids("carl")) as ask:
            assert ask(names) == ["Carl Customer", "Olga Other"]  # she invited him
        with sql("helpdesk_customer", user_id=ids("cora")) as ask:
            assert ask(names) == ["Cora Colleague"]
        with sql("helpdesk_customer", ticket_id=world["own"]) as ask:
            assert ask(names) == ["Carl Customer"]

    def test_nothing_that_is_not_a_number_passes_for_an_actor(self, world, transaction, sql):
        with sql("helpdesk_customer") as ask:
            ask("select set_config('helpdesk.user_id', '1 or 1=1', true)")
            assert refusal(ask, "select id from tickets") == "22P02"


class TestGrants:
    def test_customers_read_a_few_tables_and_write_none(self, sql, ids, world):
        rights = privileges(sql, "helpdesk_customer")

        assert set(rights) == OF_CUSTOMERS
        assert set().union(*rights.values()) == {"SELECT"}

    def test_what_a_customer_tries_by_hand_is_refused(self, ids, sql):
        with sql("helpdesk_customer", user_id=ids("carl")) as ask:
            answers = {statement: refusal(ask, statement) for statement in TRIED_BY_HAND}

        assert answers == dict.fromkeys(TRIED_BY_HAND, "42501")

    def test_a_temporary_table_of_the_same_name_is_not_believed(self, world, ids, sql):
        carl = ids("carl")

        with sql("helpdesk_customer", user_id=carl) as ask:
            ask("create temp table ticket_participants (ticket_id bigint, user_id bigint)")
            ask(
                "insert into pg_temp.ticket_participants values (:id, :carl)", id=world["stranger"], carl=carl
            )

            assert ask("select title from public.tickets order by title") == ["invited", "own"]

    def test_a_role_does_not_become_another_by_inheritance(self, sql):
        with sql("helpdesk_customer") as ask:
            for role in SERVING:
                inherited = ask(f"select pg_has_role('helpdesk_customer', '{role}', 'usage')")
                assert inherited == [role == "helpdesk_customer"], role
            assert ask("select pg_has_role('helpdesk_customer', 'helpdesk_owner', 'member')") == [False]

    def test_the_trail_cannot_be_changed_by_those_it_is_about(self, world, sql):
        with sql("helpdesk_app") as ask:
            assert ask("select count(*) > 0 from audit_logs") == [True]
            answers = {statement: refusal(ask, statement) for statement in TRIED_ON_THE_TRAIL}

        assert answers == dict.fromkeys(TRIED_ON_THE_TRAIL, "42501")

    def test_no_month_of_the_trail_can_be_changed_either(self, sql):
        with sql("helpdesk_app") as ask:
            months = ask(
                "select inhrelid::regclass::text from pg_inherits where inhparent = 'audit_logs'::regclass"
            )
            assert len(months) >= 5
            for month in months:
                for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                    assert ask(f"select has_table_privilege('helpdesk_app', '{month}', '{right}')") == [False]

    def test_finding_out_who_asks_reads_no_conversation(self, sql):
        rights = privileges(sql, "helpdesk_auth")

        assert set(rights) == {
            "access_logs",
            "alembic_version",
            "email_addresses",
            "identity_providers",
            "one_time_tokens",
            "organizations",
            "procrastinate_workers",
            "role_permissions",
            "roles",
            "sessions",
            "settings",
            "sign_in_attempts",
            "team_members",
            "ticket_keys",
            "users",
        }
        writable = {table: given - {"SELECT"} for table, given in rights.items() if given - {"SELECT"}}
        assert writable == {
            "access_logs": {"INSERT"},
            "sessions": {"UPDATE", "DELETE"},
            "sign_in_attempts": {"INSERT", "UPDATE", "DELETE"},
        }
        assert "SELECT" not in rights["access_logs"]
        with sql("helpdesk_auth") as ask:
            assert (
                refusal(ask, "select * from identity_providers") == "42501"
            )  # the names of its buttons alone

    def test_statistics_read_no_words_and_no_addresses(self, sql):
        rights = privileges(sql, "helpdesk_analytics")

        assert set().union(*rights.values()) == {"SELECT"}
        assert not {"email_addresses", "attachments", "audit_logs", "sessions", "outbox_messages"} & set(
            rights
        )
        with sql("helpdesk_analytics") as ask:
            for statement in ("select content from comments", "select password_hash from users"):
                assert refusal(ask, statement) == "42501"

    @pytest.mark.parametrize("role", SERVING)
    def test_each_role_touches_the_tables_it_was_given_and_no_others(self, sql, role):
        assert set(privileges(sql, role)) == set(GRANTS[role])

    def test_everybodys_role_was_given_nothing(self, sql):
        assert privileges(sql, "helpdesk_app", of="public") == {}


class TestCatalogue:
    def test_every_table_a_customer_reads_has_a_policy_that_only_reads(self, sql):
        with sql("helpdesk_app") as ask:
            policed = ask("select tablename from pg_policies where 'helpdesk_customer' = any (roles)")
            permissive = ask(
                "select distinct tablename from pg_policies where cmd <> 'SELECT' and roles && '{helpdesk_customer}'"
            )

        assert set(policed) == OF_CUSTOMERS
        assert permissive == []

    def test_no_serving_role_owns_bypasses_or_creates_anything(self, sql):
        with sql("helpdesk_app") as ask:
            for role in (*SERVING, "helpdesk"):
                flags = "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
                assert ask(f"{flags} from pg_roles where rolname = '{role}'") == [(False,) * 5], role
                owned = f"relowner = '{role}'::regrole and relnamespace = 'public'::regnamespace"
                assert ask(f"select relname from pg_class where {owned}") == [], role
                creates = ask(f"select has_schema_privilege('{role}', 'public', 'create')")
                assert creates == [False], role

    def test_functions_that_read_past_the_wall_are_told_no_person_and_serve_customers_only(self, sql):
        with sql("helpdesk_app") as ask:
            ours = "from pg_proc where prosecdef and pronamespace = 'public'::regnamespace order by proname"
            assert ask(f"select proname, pg_get_function_arguments(oid) {ours}") == [
                ("helpdesk_managed_organization", ""),
                ("helpdesk_own_organization", ""),
                ("helpdesk_participations", ""),
                ("helpdesk_saying", "sought tsquery, own boolean DEFAULT false"),
                ("helpdesk_shared_organization", ""),
            ]
            assert ask(f"select proconfig {ours}") == [["search_path=public, pg_temp"]] * 5
            for role in SERVING:
                may = ask(f"select has_function_privilege('{role}', oid, 'execute') {ours}")
                assert may == [role == "helpdesk_customer"] * 5, role


@pytest.fixture
def no_policy(monkeypatch):
    """The rule of the code lets everybody see every ticket; no statement that knows another rule is kept."""
    monkeypatch.setattr("helpdesk.tickets.queries.visible_to", lambda _user: true())
    forget_statements()
    yield
    forget_statements()


class TestPages:
    @pytest.mark.usefixtures("no_policy")
    def test_with_the_policy_of_the_code_gone_the_pages_show_nothing_foreign(self, world, browser, acting):
        with acting("ana"):
            tickets = dict(db.session.execute(select(Ticket.title, Ticket.ticket_number)).all())
            files = dict(db.session.execute(select(Attachment.filename, Attachment.public_id)).all())
        as_carl = browser("carl")

        opened = as_carl.get("/portal/tickets")
        assert "Open 2 Solved 0" in opened.text
        for name in ("colleague", "stranger", "deleted"):
            assert name not in opened.html
            assert as_carl.get(f"/portal/tickets/{tickets[name]}").status == 404
            for act in ("replies", "closure", "reopening"):
                assert as_carl.post(f"/portal/tickets/{tickets[name]}/{act}", {"content": "x"}).status == 404
        for filename, public_id in files.items():
            expected = 200 if filename in filenames("own", "invited") else 404
            assert as_carl.get(f"/files/{public_id}").status == expected, filename
        for name in ("own", "invited"):
            page = as_carl.get(f"/portal/tickets/{tickets[name]}")
            assert page.status == 200
            assert f"{name} answer" in page.html
            assert f"{name} note" not in page.html
            assert f"{name} held" not in page.html

    @pytest.mark.parametrize("requests", [200, pytest.param(10_000, marks=pytest.mark.soak)])
    def test_two_customers_who_share_two_connections_never_meet(self, server, run_folder, tmp_path, requests):
        with narrow_app(server, run_folder, tmp_path) as app:
            seen = hammer(app, {name: marks(app, name) for name in ("carl", "olga")}, requests)

        assert seen == {"foreign": 0, "own": requests, "missing": 0}
        tally("requests of two customers over two connections", requests)


def privileges(sql, role, *, of=None):
    """Table → rights of a role in the schema, those on single columns included."""
    name = of or role
    rights: dict[str, set[str]] = {}
    with sql(role) as ask:
        tables = ask(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p', 'v', 'm')"
        )
        for table in tables:
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
                on_columns = right in ("SELECT", "INSERT", "UPDATE", "REFERENCES")
                function = "has_any_column_privilege" if on_columns else "has_table_privilege"
                if ask(f"select {function}('{name}', 'public.{table}', '{right}')") == [True]:
                    rights.setdefault(table, set()).add(right)
    # statistics of statements belong to PostgreSQL's extension, not to us
    return {table: given for table, given in rights.items() if not table.startswith("pg_stat_statements")}


@contextmanager
def narrow_app(server, run_folder, tmp_path):
    """An application whose pool has two connections, with a request of Carl's and one of Olga's."""
    name = databases.clone(server, run_folder, f"narrow_{databases.worker_name()}")
    pool = {"HELPDESK_POOL_SIZE": "2", "HELPDESK_POOL_MAX_OVERFLOW": "0"}
    app = create_app(databases.config_for(server, name, tmp_path / "data", **pool))
    app.testing = True
    open_theirs(app)
    yield app
    databases.dispose(app)
    server.drop_database(name)
