"""Every setting the environment may give: one typed table, checked before anything starts."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar

import psycopg
from cryptography.fernet import Fernet
from psycopg.conninfo import conninfo_to_dict

T = TypeVar("T")
LogFormat = Literal["console", "json"]
Unscanned = Literal["keep", "refuse"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SHORTEST_SECRET = 32
SEALING_KEYS = "sealing_keys"
DATABASE_URLS = ("database_url", "direct_database_url", "owner_database_url")
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 — compared, never bound
SAMPLE_SECRETS = re.compile(
    r"change.?me|secret.?key|example|password|your.?(own|key)|^(.)\2*$", re.IGNORECASE
)


class ConfigError(Exception):
    """A setting cannot be used; the sentence says which, why, and what to write instead."""


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,12}", text) or not lowest <= int(text) <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}")
        return int(text)

    return read


def yes_or_no(text: str) -> bool:
    if text.lower() in {"1", "on", "true", "yes"}:
        return True
    if text.lower() in {"0", "off", "false", "no"}:
        return False
    raise ValueError("must be on or off")


def console_or_json(text: str) -> LogFormat:
    if text == "json":
        return "json"
    if text == "console":
        return "console"
    raise ValueError("must be console or json")


def folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def host_name(text: str) -> str:
    if not re.fullmatch(r"[\w.:-]+", text):
        raise ValueError("must be a host name or an IP address, such as 127.0.0.1 or 0.0.0.0")
    return text


def web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
        raise ValueError("must be a web address, such as https://help.example.com")
    return text.rstrip("/")


def host_only(text: str) -> str:
    address = web_address(text)
    if not re.fullmatch(r"https?://[^/@]+", address):
        raise ValueError("must be the address of a host alone, such as https://files.example.net")
    return address


def scanner_address(text: str) -> str:
    if not re.fullmatch(r"/.+|[\w.-]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}", text):
        raise ValueError("must be host:port, such as 127.0.0.1:3310, or the path of a socket")
    return text


def redis_url(text: str) -> str:
    if not re.fullmatch(r"(redis|rediss|unix)://\S+", text):
        raise ValueError(
            "must look like redis://host:6379/0, rediss://… with TLS, or unix:///path/of/the.sock"
        )
    return text


def keep_or_refuse(text: str) -> Unscanned:
    if text == "keep":
        return "keep"
    if text == "refuse":
        return "refuse"
    raise ValueError("must be keep or refuse")


def file_or_syslog(text: str) -> str:
    if text != "syslog" and not Path(text).expanduser().is_absolute():
        raise ValueError("must be the whole path of a file, or syslog")
    return text


def random_secrets(text: str) -> tuple[str, ...]:
    return tuple(random_secret(each.strip()) for each in text.split(",") if each.strip())


def random_secret(text: str) -> str:
    if len(text) < SHORTEST_SECRET or SAMPLE_SECRETS.search(text):
        raise ValueError(
            f"must be {SHORTEST_SECRET} or more random characters, not a sample; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))' "
            "(or leave it unset, and one is kept in the data folder)"
        )
    return text


def networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError:
        raise ValueError("must be networks separated by commas, such as 10.0.0.0/8, 127.0.0.1") from None


def fernet_keys(text: str) -> tuple[str, ...]:
    keys = tuple(each.strip() for each in text.split(",") if each.strip())
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        raise ValueError(
            "must be keys of 32 random bytes in URL-safe base64, separated by commas; make one with: "
            "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
        ) from None
    return keys


def postgresql_url(text: str) -> str:
    """A libpq URL; what SQLAlchemy calls postgresql+psycopg:// is understood as well."""
    url = re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql://", text)
    try:
        if not url.startswith("postgresql://"):
            raise ValueError
        conninfo_to_dict(url)
    except (ValueError, psycopg.Error):
        raise ValueError(
            "must look like postgresql://user:password@host:5432/database?sslmode=require"
        ) from None
    return url


def setting(name: str, default: T, read: Callable[[str], T], about: str, *, secret: bool = False) -> T:
    """One row of the table: a dataclass field that knows its variable, its reader and its description."""
    row = {"name": name, "read": read, "about": about, "secret": secret}
    return field(default=default, metadata=row, repr=not secret)


@dataclass(frozen=True, kw_only=True)
class Config:
    """The table. Each field is one environment variable; docs/configuration.md is written from it."""

    host: str = setting("HELPDESK_HOST", "127.0.0.1", host_name, "Address the web server listens on.")
    port: int = setting("HELPDESK_PORT", 8000, whole_number(1, 65_535), "Port the web server listens on.")
    data_dir: Path = setting(
        "HELPDESK_DATA",
        Path("instance"),
        folder,
        "Folder of everything the desk keeps: the embedded database, attachments, the secret key. "
        "Started as root, PostgreSQL runs as a system user; where that user cannot reach this folder, "
        "the database (only) is kept in `/var/lib/helpdesk/…`, and `helpdesk config` says so.",
    )
    base_url: str | None = setting(
        "HELPDESK_BASE_URL",
        None,
        web_address,
        "Address people reach the desk at, for links in mails. Overrides what an administrator has set.",
    )
    secret_key: str = setting(
        "HELPDESK_SECRET_KEY",
        "",
        random_secret,
        "Key that signs cookies and forms, at least 32 random characters. Unset: one is made at the first "
        "start and kept in the data folder, readable only by its owner. Several web nodes need the same one.",
        secret=True,
    )
    old_secret_keys: tuple[str, ...] = setting(
        "HELPDESK_OLD_SECRET_KEYS",
        (),
        random_secrets,
        "Keys that `HELPDESK_SECRET_KEY` had before, by commas: what they signed (sessions, links to files, addresses "
        "that answers to our mails come to) is still believed, and nothing new is signed with them. "
        "Take them out when what they signed has ended.",
        secret=True,
    )
    sealing_keys: tuple[str, ...] = setting(
        "HELPDESK_SEALING_KEYS",
        (),
        fernet_keys,
        "Keys that seal passwords of mail servers in the database, by commas; the first one seals, all of them "
        "open. Unset: one is made at the first start and kept in the data folder (`sealing_keys`); back it up. "
        "`helpdesk secrets rotate` makes a new one.",
        secret=True,
    )
    database_url: str | None = setting(
        "DATABASE_URL",
        None,
        postgresql_url,
        "PostgreSQL 15 or later of your own, as a libpq URL; TLS options "
        "(`?sslmode=verify-full&sslrootcert=…`) are passed through. Unset: an embedded one is started.",
        secret=True,
    )
    database_url_file: Path | None = setting(
        "DATABASE_URL_FILE",
        None,
        folder,
        "A file that holds `DATABASE_URL` instead, read again at each new connection: the password of the database "
        "is changed without a restart.",
    )
    direct_database_url: str | None = setting(
        "HELPDESK_DIRECT_DATABASE_URL",
        None,
        postgresql_url,
        "The same login past a pooler: set it where `DATABASE_URL` leads to PgBouncer in transaction mode. Workers, "
        "which listen and hold locks, migrations and upkeep connect there.",
        secret=True,
    )
    direct_database_url_file: Path | None = setting(
        "HELPDESK_DIRECT_DATABASE_URL_FILE", None, folder, "A file that holds it, as `DATABASE_URL_FILE`."
    )
    owner_database_url: str | None = setting(
        "HELPDESK_OWNER_DATABASE_URL",
        None,
        postgresql_url,
        "A separate login for migrations and upkeep, for those who harden. Unset: `DATABASE_URL` is used.",
        secret=True,
    )
    owner_database_url_file: Path | None = setting(
        "HELPDESK_OWNER_DATABASE_URL_FILE", None, folder, "A file that holds it, as `DATABASE_URL_FILE`."
    )
    pool_size: int = setting(
        "HELPDESK_POOL_SIZE", 5, whole_number(1, 500), "Database connections each process keeps open."
    )
    pool_max_overflow: int = setting(
        "HELPDESK_POOL_MAX_OVERFLOW", 5, whole_number(0, 500), "Connections beyond that, closed after use."
    )
    pool_pre_ping: bool = setting(
        "HELPDESK_POOL_PRE_PING", True, yes_or_no, "Test a connection before use, and replace a dead one."
    )
    pool_recycle_seconds: int = setting(
        "HELPDESK_POOL_RECYCLE_SECONDS",
        1800,
        whole_number(1, 86_400),
        "Replace connections older than this many seconds.",
    )
    statement_timeout_seconds: int = setting(
        "HELPDESK_STATEMENT_TIMEOUT_SECONDS",
        30,
        whole_number(0, 86_400),
        "PostgreSQL ends a statement of staff and jobs that takes longer; 0 for no limit. Migrations have none.",
    )
    customer_statement_timeout_seconds: int = setting(
        "HELPDESK_CUSTOMER_STATEMENT_TIMEOUT_SECONDS",
        10,
        whole_number(0, 86_400),
        "The same for what customers, guests and people who sign in read.",
    )
    statistics_statement_timeout_seconds: int = setting(
        "HELPDESK_STATISTICS_STATEMENT_TIMEOUT_SECONDS",
        45,
        whole_number(0, 86_400),
        "The same for statistics. The web server gives up on a page after 60 seconds.",
    )
    idle_timeout_seconds: int = setting(
        "HELPDESK_IDLE_TIMEOUT_SECONDS",
        300,
        whole_number(0, 86_400),
        "PostgreSQL ends a transaction in which nothing happened for so long; 0 for no limit. An upload over a slow "
        "line is such a wait.",
    )
    lock_timeout_seconds: int = setting(
        "HELPDESK_LOCK_TIMEOUT_SECONDS",
        10,
        whole_number(0, 86_400),
        "PostgreSQL ends a statement that waits longer for a lock; 0 for no limit.",
    )
    jit: bool = setting(
        "HELPDESK_JIT",
        False,
        yes_or_no,
        "PostgreSQL's just-in-time compiler: it costs more than it gives here.",
    )
    web_workers: int = setting("HELPDESK_WEB_WORKERS", 2, whole_number(1, 64), "Processes of the web server.")
    web_threads: int = setting(
        "HELPDESK_WEB_THREADS", 4, whole_number(1, 128), "Threads of each such process."
    )
    redis_url: str | None = setting(
        "REDIS_URL",
        None,
        redis_url,
        "A Redis in which the processes of the desk share the counts they keep for seconds. Unset: each process keeps "
        "its own, which is as right, and counts more often.",
        secret=True,
    )
    counts_seconds: int = setting(
        "HELPDESK_COUNTS_SECONDS",
        5,
        whole_number(0, 60),
        "How old the counts beside agents' pages may be, in seconds, where others changed something meanwhile; what "
        "one does oneself shows at once. 0: counted for every page.",
    )
    trusted_proxies: int = setting(
        "HELPDESK_TRUSTED_PROXIES",
        0,
        whole_number(0, 10),
        "How many reverse proxies stand in front, whose `X-Forwarded-…` headers are believed.",
    )
    private_networks: tuple[Network, ...] = setting(
        "HELPDESK_PRIVATE_NETWORKS",
        (),
        networks,
        "Private networks with servers of your own (mail, sign-in) the desk may connect to, by commas: "
        "`10.0.0.0/8, 127.0.0.1`. Unset: it connects to public addresses only, whatever an administrator types.",
    )
    log_format: LogFormat = setting("HELPDESK_LOG_FORMAT", "console", console_or_json, "`console` or `json`.")
    audit_anchor: str = setting(
        "HELPDESK_AUDIT_ANCHOR",
        "",
        file_or_syslog,
        "Where the head of the sealed audit trail is written down: the path of a file, or `syslog`. Unset: "
        "`audit-anchors.jsonl` in the data folder. Best where whoever owns the database cannot write.",
    )
    audit_anchor_minutes: int = setting(
        "HELPDESK_AUDIT_ANCHOR_MINUTES",
        60,
        whole_number(1, 10_080),
        "How often that is done, in minutes. What is cut off the trail after the last time cannot be found.",
    )
    max_upload_mb: int = setting(
        "HELPDESK_MAX_UPLOAD_MB", 25, whole_number(1, 1024), "Largest request with attachments, in megabytes."
    )
    max_mail_mb: int = setting(
        "HELPDESK_MAX_MAIL_MB",
        50,
        whole_number(1, 1024),
        "Largest mail that is taken in, in megabytes; of a larger one the headers are kept, and administrators "
        "are told.",
    )

    files_url: str | None = setting(
        "HELPDESK_FILES_URL",
        None,
        host_only,
        "A second address of this desk, on a host that serves nothing else, best of another domain: attachments are "
        "then fetched there, by signed links that end within a minute. Unset: they come from the desk's own address.",
    )
    clamav: str | None = setting(
        "HELPDESK_CLAMAV",
        None,
        scanner_address,
        "A ClamAV daemon that looks at files before they are kept: `host:port`, or the path of its socket. "
        "Unset: nobody looks.",
    )
    clamav_down: Unscanned = setting(
        "HELPDESK_CLAMAV_DOWN",
        "keep",
        keep_or_refuse,
        "What becomes of files while the scanner does not answer: `keep` takes them unscanned and says so in the log, "
        "`refuse` takes no upload and lets mails wait.",
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ, *, keep_secret: bool = True) -> Config:
        """Read and check every setting. Missing keys are made and kept in the data folder, if they may."""
        values = {row.name: _read(row, environ) for row in fields(cls)}
        for url in DATABASE_URLS:
            if path := values[f"{url}_file"]:
                if values[url]:
                    raise ConfigError(
                        f"{_variable(url)} and {_variable(url)}_FILE are both set: leave one away."
                    )
                values[url] = database_url_in(path)
        values["data_dir"] = folder(str(values["data_dir"]))
        if keep_secret and not values["secret_key"]:
            values["secret_key"] = kept_secret(values["data_dir"])
        if keep_secret and not values["sealing_keys"]:
            kept_sealing_keys(values["data_dir"])  # read anew at each use: they may be rotated meanwhile
        return cls(**values)

    @property
    def is_embedded(self) -> bool:
        """Without a PostgreSQL of the user's own, one is started from the data folder."""
        return self.database_url is None

    @property
    def is_loopback(self) -> bool:
        """Only this machine can reach the web server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def listen_url(self) -> str:
        """The address a browser on this machine uses; also what the base URL is until somebody sets one."""
        name = EVERYWHERE.get(self.host, self.host)
        return f"http://[{name}]:{self.port}" if ":" in name else f"http://{name}:{self.port}"

    @property
    def is_pooled(self) -> bool:
        """Whether a pooler stands between, which lends a connection for one transaction at a time."""
        return self.direct_database_url is not None


def database_url_in(path: Path) -> str:
    """The address a file holds now."""
    try:
        return postgresql_url(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigError(
            f"The file {path} with the address of the database cannot be read ({reason})."
        ) from None
    except ValueError as problem:
        raise ConfigError(f"The address in the file {path} {problem}.") from None


def _variable(name: str) -> str:
    """What a field is called in the environment."""
    return next(str(row.metadata["name"]) for row in fields(Config) if row.name == name)


def make_passable(folder: Path) -> None:
    """Make a folder and its parents. Root's may be passed through: PostgreSQL runs as another user below."""
    for missing in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
        missing.mkdir(exist_ok=True)
        missing.chmod(0o711 if os.geteuid() == 0 else 0o700)


def kept_secret(data_dir: Path) -> str:
    """The secret key of the data folder, made at the first start."""
    return _kept(data_dir, "secret_key", lambda: secrets.token_urlsafe(48))


def kept_sealing_keys(data_dir: Path) -> tuple[str, ...]:
    """The sealing keys of the data folder, one a line, the newest first; one is made at the first start."""
    return tuple(_kept(data_dir, SEALING_KEYS, lambda: Fernet.generate_key().decode()).split())


def keep_sealing_keys(data_dir: Path, keys: Sequence[str]) -> None:
    """Put these in their place, the newest first: whoever reads the file sees the old ones or these, never less."""
    draft = data_dir / f".{SEALING_KEYS}-{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(data_dir / SEALING_KEYS)
    folder_ = os.open(data_dir, os.O_RDONLY)
    try:
        os.fsync(folder_)
    finally:
        os.close(folder_)


def _kept(data_dir: Path, name: str, make: Callable[[], str]) -> str:
    path = data_dir / name
    try:
        make_passable(data_dir)
        draft = data_dir / f".{name}-{secrets.token_hex(4)}"
        if not path.exists():
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)  # two first starts at once agree on one key
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise ConfigError(
            f"The data folder {data_dir} cannot be used ({error.strerror}): "
            "make it writable, or set HELPDESK_DATA to a folder that is."
        ) from error


def _read(row: Field[Any], environ: Mapping[str, str]) -> Any:
    name = row.metadata["name"]
    text = environ.get(name, "").strip()
    if not text:
        return row.default
    try:
        return row.metadata["read"](text)
    except ValueError as problem:
        shown = "" if row.metadata["secret"] else f" (it is {text!r})"
        raise ConfigError(f"{name} {problem}{shown}.") from None
