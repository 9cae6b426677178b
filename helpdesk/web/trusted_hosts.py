"""Under which names the desk answers: its own address, this machine, and nothing a request makes up (ABUSE F05).

No link of ours is made from the request; still a foreign name is refused, so that none ever is by mistake.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from math import inf
from time import monotonic
from urllib.parse import urlsplit

from flask import Flask, current_app, request

from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.settings.catalogue import desk_from, stored_settings

ANY_NAME = frozenset({"static", "public.health.alive", "public.health.ready"})
"""What says nothing of the desk: those who watch it ask by whatever address they have."""
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
LOCAL = "localhost"
SECONDS_KEPT = 30
_KEY = "helpdesk.chosen_address"


class StrangeName(Unwelcome):
    """The request is for another host."""

    status = 400

    def __init__(self) -> None:
        super().__init__("This desk does not answer under that name. Open it at its own address.")


def refuse_strange_names() -> None:
    """Raise StrangeName unless every name that the request gives the desk is one of its own."""
    if request.endpoint in ANY_NAME:
        return
    for name in named_hosts():
        if not is_ours(name):
            raise StrangeName


def named_hosts() -> Iterator[str]:
    """What the request calls us: in its header, in its first line, and in what proxies say."""
    yield request.environ.get("HTTP_HOST", "")
    first_line = request.environ.get("RAW_URI", "")
    if not first_line.startswith(("/", "*")) and first_line:
        yield urlsplit(first_line).netloc
    for each in request.headers.getlist("X-Forwarded-Host"):
        yield from (name.strip() for name in each.split(","))
    for each in request.headers.getlist("Forwarded"):
        yield from (name.strip('"') for name in re.findall(r"host=([^;,\s]+)", each, re.IGNORECASE))


def is_ours(netloc: str) -> bool:
    """Whether a host with or without port is the desk's. The database is asked for what the environment leaves open."""
    config = configuration()
    if is_this_machine(netloc) or _without_default_port(netloc) in {
        netloc_of(each) for each in (config.base_url, config.files_url, config.listen_url) if each
    }:
        return True
    if config.base_url:
        return False
    kept = _addresses()
    return (kept.is_fresh and kept.fits(netloc)) or kept.renewed().fits(netloc)


def is_this_machine(netloc: str) -> bool:
    """Loopback, on any port: a forwarded port leads here under another number."""
    name = _name(netloc)
    return name == LOCAL or _is_loopback(name)


def netloc_of(address: str) -> str:
    """The host of a web address, and its port where that is not the usual one."""
    return _without_default_port(urlsplit(address).netloc, scheme=urlsplit(address).scheme)


@dataclass
class ChosenAddress:
    """The address that an administrator chose, as this process knows it; read anew when it is old or does not fit."""

    base_url: str = ""
    read_at: float = -inf

    @property
    def is_fresh(self) -> bool:
        return bool(self.base_url) and monotonic() - self.read_at < SECONDS_KEPT

    def fits(self, netloc: str) -> bool:
        """Where none is chosen yet, a bare IP address will do: nobody can lead another name to it."""
        if not self.base_url:
            return _is_address(_name(netloc))
        scheme = urlsplit(self.base_url).scheme
        return _without_default_port(netloc, scheme=scheme) == netloc_of(self.base_url)

    def renewed(self) -> "ChosenAddress":
        """On a connection of its own, given back at once: the request may need one to count tries on."""
        with db.session.session_factory() as session:
            stored = session.execute(stored_settings()).scalar_one()
        self.base_url, self.read_at = desk_from(stored).base_url, monotonic()
        return self


def _addresses() -> ChosenAddress:
    found: ChosenAddress = current_app.extensions[_KEY]
    return found


def _name(netloc: str) -> str:
    """The host without its port; nothing where it is not written as one."""
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?", netloc, re.ASCII)
    return found.group(1).strip("[]").lower() if found else ""


def _without_default_port(netloc: str, *, scheme: str = "") -> str:
    ports = (DEFAULT_PORTS[scheme],) if scheme in DEFAULT_PORTS else tuple(DEFAULT_PORTS.values())
    for port in ports:
        netloc = netloc.removesuffix(port)
    return netloc.lower()


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ip_address(name).is_loopback


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def init_app(app: Flask) -> None:
    """Before everything else that looks at the request."""
    app.extensions[_KEY] = ChosenAddress()
    app.before_request(refuse_strange_names)
