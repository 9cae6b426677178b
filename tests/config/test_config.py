"""Settings come from the environment, checked, and say what is wrong with them."""

from dataclasses import fields

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import make_url

from helpdesk.config import Config, ConfigError, keep_sealing_keys, kept_sealing_keys
from helpdesk.database.connections import address, engine_options, sqlalchemy_url

GOOD_SECRET = "kY2vB7-mQ9xR4tL8wZ1nC6pD3sF5gH0j"


@pytest.fixture
def environ(tmp_path):
    return {"HELPDESK_DATA": str(tmp_path / "data")}


def test_an_empty_environment_is_enough(environ):
    config = Config.from_environ(environ)

    assert (config.host, config.port, config.is_embedded, config.jit) == ("127.0.0.1", 8000, True, False)


def test_blank_means_unset(environ):
    assert Config.from_environ(environ | {"HELPDESK_PORT": " ", "DATABASE_URL": ""}).port == 8000


def test_what_is_set_is_read(environ):
    config = Config.from_environ(
        environ
        | {
            "HELPDESK_HOST": "0.0.0.0",
            "HELPDESK_BASE_URL": "https://help.example.com/",
            "HELPDESK_JIT": "on",
            "HELPDESK_POOL_PRE_PING": "No",
            "HELPDESK_LOG_FORMAT": "json",
            "HELPDESK_MAX_UPLOAD_MB": "100",
        }
    )

    assert (config.host, config.base_url, config.jit) == ("0.0.0.0", "https://help.example.com", True)
    assert (config.pool_pre_ping, config.log_format, config.max_upload_mb) == (False, "json", 100)
    assert "-c jit=on" in engine_options(config)["connect_args"]["options"]


def test_every_setting_has_a_variable_of_its_own_and_a_description():
    names = [row.metadata["name"] for row in fields(Config)]

    assert len(set(names)) == len(names) == 37
    assert all(row.metadata["about"].endswith(".") for row in fields(Config))


@pytest.mark.parametrize(
    "name, value, sentence",
    [
        ("HELPDESK_PORT", "99999", "HELPDESK_PORT must be a whole number from 1 to 65535 (it is '99999')."),
        ("HELPDESK_PORT", "80a", "HELPDESK_PORT must be a whole number from 1 to 65535 (it is '80a')."),
        ("HELPDESK_PORT", "²", "HELPDESK_PORT must be a whole number from 1 to 65535 (it is '²')."),
        (
            "HELPDESK_PRIVATE_NETWORKS",
            "10.0.0.1/8",
            (
                "HELPDESK_PRIVATE_NETWORKS must be networks separated by commas, such as 10.0.0.0/8, 127.0.0.1 "
                "(it is '10.0.0.1/8')."
            ),
        ),
        ("HELPDESK_JIT", "maybe", "HELPDESK_JIT must be on or off (it is 'maybe')."),
        ("HELPDESK_LOG_FORMAT", "xml", "HELPDESK_LOG_FORMAT must be console or json (it is 'xml')."),
        (
            "HELPDESK_BASE_URL",
            "help.example.com",
            "HELPDESK_BASE_URL must be a web address, such as https://help.example.com (it is 'help.example.com').",
        ),
        (
            "HELPDESK_HOST",
            "a b",
            "HELPDESK_HOST must be a host name or an IP address, such as 127.0.0.1 or 0.0.0.0 (it is 'a b').",
        ),
        (
            "DATABASE_URL",
            "mysql://root:hunter2@localhost/x",
            "DATABASE_URL must look like postgresql://user:password@host:5432/database?sslmode=require.",
        ),
        (
            "DATABASE_URL",
            "postgresql://a:hunter2@localhost/x?nosuchoption=1",
            "DATABASE_URL must look like postgresql://user:password@host:5432/database?sslmode=require.",
        ),
    ],
)
def test_a_bad_value_is_one_sentence_that_keeps_secrets(environ, name, value, sentence):
    with pytest.raises(ConfigError) as refusal:
        Config.from_environ(environ | {name: value})

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "text", ["changeme", "x" * 40, "short", "change-me-" + GOOD_SECRET, "your-secret-key" * 3]
)
def test_sample_and_short_secrets_are_refused(environ, text):
    with pytest.raises(
        ConfigError, match="HELPDESK_SECRET_KEY must be 32 or more random characters"
    ) as refusal:
        Config.from_environ(environ | {"HELPDESK_SECRET_KEY": text})

    assert text not in str(refusal.value)


def test_a_secret_key_is_made_once_and_readable_by_its_owner_only(environ, tmp_path):
    first = Config.from_environ(environ).secret_key
    kept = tmp_path / "data" / "secret_key"

    assert len(first) >= 64
    assert Config.from_environ(environ).secret_key == first
    assert kept.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in kept.parent.iterdir()} == {"secret_key", "sealing_keys"}


def test_the_data_folder_is_closed_to_others(environ, tmp_path):
    Config.from_environ(environ | {"HELPDESK_DATA": str(tmp_path / "made" / "data")})

    assert [path.stat().st_mode & 0o066 for path in (tmp_path / "made", tmp_path / "made" / "data")] == [0, 0]


def test_a_sealing_key_is_made_once_and_readable_by_its_owner_only(environ, tmp_path):
    Config.from_environ(environ)
    folder = tmp_path / "data"
    first = kept_sealing_keys(folder)
    Config.from_environ(environ)

    assert len(first) == 1
    assert kept_sealing_keys(folder) == first
    assert (folder / "sealing_keys").stat().st_mode & 0o777 == 0o600


def test_the_keys_of_the_data_folder_are_one_a_line_the_newest_first(environ, tmp_path):
    Config.from_environ(environ)
    newer, older = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    keep_sealing_keys(tmp_path / "data", [newer, older])

    assert kept_sealing_keys(tmp_path / "data") == (newer, older)
    assert (tmp_path / "data" / "sealing_keys").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"secret_key", "sealing_keys"}


def test_given_sealing_keys_are_read_by_commas(environ):
    newer, older = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    config = Config.from_environ(environ | {"HELPDESK_SEALING_KEYS": f" {newer} ,{older},"})

    assert config.sealing_keys == (newer, older)
    assert newer not in repr(config)


def test_what_is_no_key_is_refused_without_being_shown(environ):
    with pytest.raises(ConfigError, match="HELPDESK_SEALING_KEYS must be keys of 32 random bytes") as refusal:
        Config.from_environ(environ | {"HELPDESK_SEALING_KEYS": "hunter2hunter2"})

    assert "hunter2" not in str(refusal.value)


def test_given_keys_leave_no_file(environ, tmp_path):
    given = {"HELPDESK_SECRET_KEY": GOOD_SECRET, "HELPDESK_SEALING_KEYS": Fernet.generate_key().decode()}

    assert Config.from_environ(environ | given).secret_key == GOOD_SECRET
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError) as refusal:
        Config.from_environ({"HELPDESK_DATA": str(tmp_path / "file" / "data")})

    assert str(refusal.value) == (
        f"The data folder {tmp_path}/file/data cannot be used (Not a directory): "
        "make it writable, or set HELPDESK_DATA to a folder that is."
    )


def test_secrets_are_not_in_what_a_log_would_show(environ):
    secrets = {
        "HELPDESK_SECRET_KEY": GOOD_SECRET,
        "DATABASE_URL": "postgresql://a:hunter2@localhost/x",
        "HELPDESK_OWNER_DATABASE_URL": "postgresql://b:hunter3@localhost/x",
    }

    shown = repr(Config.from_environ(environ | secrets))

    assert not [word for word in (GOOD_SECRET, "hunter2", "hunter3") if word in shown]


@pytest.mark.parametrize(
    "host, is_loopback, url",
    [
        ("127.0.0.1", True, "http://127.0.0.1:8000"),
        ("127.1.2.3", True, "http://127.1.2.3:8000"),
        ("::1", True, "http://[::1]:8000"),
        ("localhost", True, "http://localhost:8000"),
        ("0.0.0.0", False, "http://127.0.0.1:8000"),
        ("::", False, "http://[::1]:8000"),
        ("192.0.2.7", False, "http://192.0.2.7:8000"),
        ("help.example.com", False, "http://help.example.com:8000"),
    ],
)
def test_who_can_reach_the_address(host, is_loopback, url):
    config = Config(host=host)

    assert (config.is_loopback, config.listen_url) == (is_loopback, url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_all_spellings_of_the_url_mean_the_same(environ, scheme):
    config = Config.from_environ(environ | {"DATABASE_URL": f"{scheme}://a:b@db.example:6543/desk"})

    assert config.database_url == "postgresql://a:b@db.example:6543/desk"
    assert config.is_embedded is False


def test_sqlalchemy_gets_everything_the_url_says():
    config = Config(
        database_url="postgresql://a:p%40ss@h1:1,h2:2/desk?sslmode=verify-full&sslrootcert=/a%20b/ca.pem"
    )

    url = make_url(sqlalchemy_url(address(config)))

    assert (url.drivername, url.username, url.password, url.database) == (
        "postgresql+psycopg",
        "a",
        "p@ss",
        "desk",
    )
    assert url.query == {
        "host": "h1,h2",
        "port": "1,2",
        "sslmode": "verify-full",
        "sslrootcert": "/a b/ca.pem",
    }


def test_without_a_url_sqlalchemy_is_told_so():
    with pytest.raises(ConfigError, match="DATABASE_URL is not set"):
        address(Config())


def test_the_data_folder_is_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert Config.from_environ({}).data_dir == tmp_path / "instance"
