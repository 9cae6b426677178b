"""The whole second wall behind Debian's PgBouncer in transaction mode: customers, limits, jobs, migrations."""

import os
import subprocess
import sys

import psycopg
import pytest
from sqlalchemy import text

from helpdesk.background.jobs import enqueue
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import DatabaseRole, Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database import migrations
from helpdesk.database.access import prepared
from helpdesk.database.problems import DatabaseProblem
from helpdesk.files.jobs import collect_orphans
from tests.support import debians_pgbouncer, debians_postgresql
from tests.support.databases import dispose
from tests.support.desks_elsewhere import desk_of, start_afresh
from tests.support.interleaved import hammer, marks, open_theirs
from tests.support.processes import eventually
from tests.support.tally import tally

pytestmark = pytest.mark.server

REQUESTS = 200
STATE = text(
    "select current_user, current_setting('helpdesk.user_id', true), current_setting('statement_timeout'),"
    " current_setting('TimeZone'), current_setting('jit')"
)


@pytest.fixture(scope="module")
def peer():
    with debians_postgresql.running(TimeZone="Asia/Tokyo") as peer:
        yield peer


@pytest.fixture(scope="module")
def direct(peer):
    return start_afresh(peer, "CREATEROLE")


@pytest.fixture(scope="module")
def pooled(peer, direct):
    """The address of the pooler, whose clients share two connections."""
    with debians_pgbouncer.running(peer, user="desk", password="desk", connections=2) as port:
        yield f"postgresql://desk:desk@127.0.0.1:{port}/desk"


@pytest.fixture(scope="module")
def desk(direct, pooled, tmp_path_factory):
    app = desk_of(
        {
            "DATABASE_URL": pooled,
            "HELPDESK_DIRECT_DATABASE_URL": direct,
            "HELPDESK_DATA": str(tmp_path_factory.mktemp("data")),
        }
    )
    yield app
    dispose(app)


def test_a_pooler_nobody_told_us_of_is_named(pooled):
    with pytest.raises(DatabaseProblem, match="is a pooler: set HELPDESK_DIRECT_DATABASE_URL"):
        prepared(Config(database_url=pooled))


def test_migrations_went_past_it(desk):
    with desk.app_context():
        config = configuration()
    assert migrations.current(config) == migrations.head()


def test_two_customers_behind_it_never_meet(desk):
    open_theirs(desk)

    seen = hammer(desk, {name: marks(desk, name) for name in ("carl", "olga")}, REQUESTS)

    assert seen == {"foreign": 0, "own": REQUESTS, "missing": 0}
    tally("requests of two customers behind PgBouncer", REQUESTS)


def test_role_actor_limits_and_zone_are_told_to_each_transaction_and_end_with_it(desk, pooled):
    with desk.app_context():
        for role, limit in ((DatabaseRole.CUSTOMER, "10s"), (DatabaseRole.APP, "30s")):
            with current.entering(Via.WEB, role=role, user_id=7), unit_of_work():
                assert tuple(db.session.execute(STATE).one()) == (role.value, "7", limit, "UTC", "off")

    with psycopg.connect(pooled, autocommit=True) as stranger:
        for _ in range(4):  # whichever of the two connections is lent
            found = stranger.execute(STATE.text).fetchone()
            assert found is not None
            assert (found[0], found[1] or "", found[2], found[3]) == ("desk", "", "0", "Asia/Tokyo")


def test_a_statement_asked_many_times_is_never_prepared(desk, direct):
    """A prepared one would be missing on the other connection, or be somebody else's there."""
    with desk.app_context():
        for number in range(60):
            with current.entering(Via.WEB, role=DatabaseRole.APP), unit_of_work():
                assert (
                    db.session.execute(text("select cast(:n as int)"), {"n": number}).scalar_one() == number
                )


def test_the_worker_listens_past_it_and_runs_what_pages_ask_for(desk, direct, pooled):
    with desk.app_context():
        config = configuration()
    environment = os.environ | {
        "DATABASE_URL": pooled,
        "HELPDESK_DIRECT_DATABASE_URL": direct,
        "HELPDESK_DATA": str(config.data_dir),
        "HELPDESK_SECRET_KEY": config.secret_key,
    }
    worker = subprocess.Popen([sys.executable, "-m", "helpdesk.cli", "worker"], env=environment)
    try:
        with psycopg.connect(direct, autocommit=True, options="-c role=helpdesk_owner") as outside:
            listening = "select 1 from pg_stat_activity where application_name = 'helpdesk worker'"
            assert eventually(lambda: outside.execute(listening).fetchone(), within=60)
            with desk.app_context(), current.entering(Via.WEB, user_id=1), unit_of_work():
                number = enqueue(collect_orphans)
            done = "select 1 from procrastinate_jobs where id = %s and status = 'succeeded'"
            assert eventually(lambda: outside.execute(done, [number]).fetchone(), within=60)
    finally:
        worker.terminate()
        worker.wait(30)
