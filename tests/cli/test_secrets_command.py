"""`helpdesk secrets rotate`: everything is sealed with a new key, and at no moment can anything not be read."""

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Text, func, select

from helpdesk.audit.models import AuditLog
from helpdesk.cli import main, secrets
from helpdesk.config import keep_sealing_keys, kept_sealing_keys
from helpdesk.core import current
from helpdesk.core.configuration import configuration
from helpdesk.core.current import Via
from helpdesk.core.db import Base, db
from helpdesk.core.sealing import seal, unseal
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.mail.models import Mailbox, MailboxState, SignIn

COLUMNS = ("imap_password", "smtp_password", "oauth_client_secret", "oauth_refresh_token")


@pytest.fixture
def folder(own_app):
    with own_app.app_context():
        return configuration().data_dir


@pytest.fixture
def run(own_app, folder):
    """The command on the desk of `own_app`; variables by keyword."""

    def invoke(**more):
        with own_app.app_context():
            url = str(configuration().database_url)
        environ = {"DATABASE_URL": url, "HELPDESK_DATA": str(folder), "COLUMNS": "200", **more}
        return CliRunner().invoke(main, ["secrets", "rotate"], env=environ)

    return invoke


@pytest.fixture
def desk(own_app):
    """A mailbox with a secret in every column that is sealed."""
    with own_app.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID), unit_of_work():
        mailbox = Mailbox(name="Support", address="help@desk.example", address_key="help@desk.example")
        mailbox.sign_in = SignIn.OAUTH2
        for column in COLUMNS:
            setattr(mailbox, column, seal(f"the {column}"))
        db.session.add(mailbox)
        db.session.flush()
        db.session.add(MailboxState(mailbox_id=mailbox.id, access_token=seal("the access_token")))
    return own_app


def sealed_in(app):
    """Every text in the database that looks as if sealing had made it, whichever column it stands in."""
    with app.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID), unit_of_work():
        found = []
        for table in (Base.metadata.tables[name] for name in ("mailboxes", "mailbox_states")):
            for column in table.columns:
                if isinstance(column.type, Text) or column.type.python_type is str:
                    found += db.session.scalars(select(column).where(column.like("gAAAA%")))
        return found


def opened_by(key, sealed):
    try:
        return [Fernet(key).decrypt(each.encode()).decode() for each in sealed]
    except InvalidToken:
        return None


def test_all_is_sealed_with_a_new_key_and_the_old_one_opens_nothing(desk, folder, run):
    (old,) = kept_sealing_keys(folder)

    done = run()

    assert done.exit_code == 0, done.output
    assert done.output.startswith("5 secrets sealed with a new key.")
    (new,) = kept_sealing_keys(folder)
    sealed = sealed_in(desk)
    assert opened_by(old, sealed[:1]) is None
    assert sorted(opened_by(new, sealed)) == sorted(f"the {each}" for each in (*COLUMNS, "access_token"))


def test_a_desk_that_runs_meanwhile_reads_and_seals_with_what_is_in_force(desk, folder, run):
    run()

    with desk.app_context():
        fresh = seal("later")
    assert opened_by(kept_sealing_keys(folder)[0], [fresh]) == ["later"]
    run()
    with desk.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID), unit_of_work():
        assert unseal(db.session.scalars(select(Mailbox.imap_password)).one()) == "the imap_password"


@pytest.mark.parametrize("step", ["before", "after"])
def test_broken_off_it_loses_nothing_and_can_be_run_again(desk, folder, run, monkeypatch, step):
    """Ends before anything was sealed anew, and after all was, but the old key is still there."""
    real = secrets._reseal_all

    def break_off(config):
        if step == "after":
            real(config)
        raise KeyboardInterrupt

    monkeypatch.setattr(secrets, "_reseal_all", break_off)
    assert run().exit_code != 0
    assert len(kept_sealing_keys(folder)) == 2
    with desk.app_context():
        assert {unseal(each) for each in sealed_in(desk)} == {
            f"the {each}" for each in (*COLUMNS, "access_token")
        }

    monkeypatch.setattr(secrets, "_reseal_all", real)
    assert run().output.startswith("5 secrets")
    assert len(kept_sealing_keys(folder)) == 1
    assert opened_by(kept_sealing_keys(folder)[0], sealed_in(desk)) is not None


def test_where_a_key_is_missing_nothing_changes_and_it_says_what_to_do(desk, folder, run):
    before = sealed_in(desk)
    keep_sealing_keys(folder, [Fernet.generate_key().decode()])

    done = run()

    assert done.exit_code == 1
    assert "Bring back the file of keys from a backup" in done.output
    assert sealed_in(desk) == before


def test_the_keys_of_the_environment_are_changed_by_whoever_sets_them(desk, folder, run):
    (old,) = kept_sealing_keys(folder)

    told = run(HELPDESK_SEALING_KEYS=old)
    new = told.output.split()[-1]
    done = run(HELPDESK_SEALING_KEYS=f"{new},{old}")
    again = run(HELPDESK_SEALING_KEYS=f"{new},{old}")

    assert "Put this key before the one there" in told.output
    assert (
        done.output
        == "5 secrets sealed with the first key of HELPDESK_SEALING_KEYS. The others may go now.\n"
    )
    assert again.output.startswith("0 secrets")
    assert opened_by(new, sealed_in(desk)) is not None
    assert kept_sealing_keys(folder) == (old,)


def test_the_trail_says_that_secrets_were_sealed_anew_and_no_secret(desk, run):
    run()

    with desk.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID), unit_of_work():
        rows = db.session.scalars(select(AuditLog).where(AuditLog.table_name == "mailboxes")).all()
        assert [row.changes for row in rows if row.action == "update"] == [{"sealed_anew": [None, 4]}]
        assert not db.session.scalar(select(func.count()).where(AuditLog.changes.cast(Text).like("%gAAAA%")))
