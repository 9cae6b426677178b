"""`helpdesk demo`, its job, and when both refuse."""

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from helpdesk.background.running import perform
from helpdesk.cli import main
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database import migrations
from helpdesk.database.roles import owner_connection
from helpdesk.demo.jobs import make_demo_desk
from helpdesk.demo.refusals import OpenToOthers
from helpdesk.identity.passwords import hash_password
from helpdesk.tickets.operations import open_ticket
from tests.conftest import person_named
from tests.demo.conftest import PASSWORD
from tests.support.databases import config_for


@pytest.fixture
def config(own_app):
    from helpdesk.core.configuration import configuration

    with own_app.app_context():
        return configuration()


@pytest.fixture
def run(config):
    """The command on a desk with the cast and without tickets."""

    def run(*arguments, **environ):
        known = {"DATABASE_URL": config.database_url, "HELPDESK_DATA": str(config.data_dir), "COLUMNS": "200"}
        return CliRunner().invoke(main, ["demo", *arguments], env={**known, **environ})

    return run


@pytest.fixture
def real_ticket(own_app):
    with own_app.app_context(), current.entering(Via.CLI, user_id=1), unit_of_work():
        carl = person_named("carl")
        return open_ticket(requester=carl, by=carl, title="It burns", description="Help.").id


def tickets(config):
    with owner_connection(config) as connection:
        return connection.scalar(text("select count(*) from tickets"))


def test_it_prints_who_may_sign_in(run, config):
    made = run("--tickets", "12", "--password", "velorna")

    assert made.exit_code == 0
    assert tickets(config) == 12
    assert made.stdout.startswith("12 tickets with ")
    assert "Sign in with the password velorna\n" in made.stdout
    lines = [line.split()[0] for line in made.stdout.splitlines()[2:5]]
    assert lines == ["admin@example.com", "agent@example.com", "customer@example.com"]


def test_without_a_password_one_is_made_up(run):
    words = run("--tickets", "1").stdout.splitlines()[0].split()

    assert len(words[-1]) == 16


def test_if_empty_repeats_safely(run, config):
    assert run("--tickets", "5", "--if-empty").exit_code == 0

    again = run("--tickets", "5", "--if-empty")

    assert (again.exit_code, again.stdout) == (0, "There are tickets already: nothing was done.\n")
    assert tickets(config) == 5


def test_if_empty_leaves_real_tickets_alone(run, config, real_ticket):
    assert run("--tickets", "5", "--if-empty").exit_code == 0
    assert tickets(config) == 1


def test_a_desk_of_demo_tickets_takes_more_and_finds_its_people_again(run, config):
    run("--tickets", "5", "--seed", "3", "--password", "first one")
    with owner_connection(config) as connection:
        before = connection.scalar(text("select count(*) from users where password_hash is not null"))

    more = run("--tickets", "6", "--seed", "3", "--password", "second one")

    assert more.exit_code == 0
    assert tickets(config) == 11
    with owner_connection(config) as connection:
        assert connection.scalar(text("select count(*) from users where password_hash is not null")) == before
        ours = connection.scalar(text("select value from settings where name = 'demo_tickets'"))
    assert [last - first + 1 for first, last in ours] == [5, 6]


def test_real_tickets_refuse_it(run, config, real_ticket):
    refused = run("--tickets", "5")

    assert refused.exit_code == 1
    assert "This desk has a real ticket" in refused.stderr
    assert tickets(config) == 1


def test_a_real_ticket_beside_demo_tickets_refuses_more(run, config, own_app):
    run("--tickets", "5")
    with own_app.app_context(), current.entering(Via.CLI, user_id=1), unit_of_work():
        carl = person_named("carl")
        open_ticket(requester=carl, by=carl, title="It burns", description="Help.")

    assert "This desk has a real ticket" in run("--tickets", "5").stderr
    assert tickets(config) == 6


def test_force_mixes_them(run, config, real_ticket):
    assert run("--tickets", "5", "--force").exit_code == 0
    assert tickets(config) == 6


def test_a_real_person_with_an_address_of_the_demo_is_left_alone(run, config):
    with owner_connection(config) as connection:
        connection.execute(
            text(
                "update email_addresses set email = 'admin@example.com', email_key = 'admin@example.com' where id = 1"
            )
        )

    refused = run("--tickets", "5")

    assert refused.exit_code == 1
    assert "Somebody has the address admin@example.com" in refused.stderr
    assert tickets(config) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "desk.example"])
def test_demo_passwords_are_refused_where_others_can_reach_the_desk(run, config, host):
    refused = run("--tickets", "5", "--password", "velorna", HELPDESK_HOST=host)

    assert refused.exit_code == 1
    assert f"this one listens on {host}: set HELPDESK_HOST to 127.0.0.1" in refused.stderr
    assert tickets(config) == 0


def test_a_fresh_desk_is_set_up_by_it(server, run_folder, tmp_path):
    server.create_database("demo_fresh")
    config = config_for(server, "demo_fresh", tmp_path)
    migrations.upgrade(config)
    environ = {"DATABASE_URL": config.database_url, "HELPDESK_DATA": str(tmp_path)}

    assert CliRunner().invoke(main, ["demo", "--tickets", "3"], env=environ).exit_code == 0

    with owner_connection(config) as connection:
        settings = dict(connection.execute(text("select name, value from settings")).all())
    server.drop_database("demo_fresh")
    assert settings["is_set_up"] is True
    assert (settings["desk_name"], settings["time_zone"]) == ("Velorna", "Europe/Amsterdam")


@pytest.fixture
def job(own_app):
    """The job, as the worker runs it."""

    def run():
        with own_app.app_context(), current.entering(Via.JOB, user_id=1):
            perform(make_demo_desk, {"tickets": 4, "seed": 1, "password_hash": hash_password(PASSWORD)})

    return run


def test_the_job_fills_an_empty_desk_once(job, config):
    job()
    job()

    assert tickets(config) == 4
    with owner_connection(config) as connection:
        doors = connection.scalars(
            text("select distinct via from audit_logs where table_name = 'users'")
        ).all()
    assert sorted(doors) == ["cli", "job"]  # the cast of the tests came by the command line


def test_the_job_leaves_real_tickets_alone(job, config, real_ticket):
    job()

    assert tickets(config) == 1


def test_the_job_refuses_a_desk_that_others_can_reach(job, config, monkeypatch):
    monkeypatch.setattr(type(config), "is_loopback", property(lambda _config: False))

    with pytest.raises(OpenToOthers):
        job()
    assert tickets(config) == 0
