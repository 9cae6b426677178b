"""G02: whatever address the desk is given, and however it is spelt, nothing inside its own networks is touched."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx2
import pytest

from helpdesk.core import outgoing
from helpdesk.core.outgoing_web import LARGEST, client
from helpdesk.core.sealing import seal
from helpdesk.mail import smtp
from helpdesk.mail.doors import oauth
from helpdesk.mail.doors.trying import try_incoming, try_outgoing
from helpdesk.mail.models import Mailbox, Security, SignIn
from tests.support.debians_mail import free_port
from tests.support.http_sink import Sink, http_sink
from tests.support.mailboxes import mailbox_of
from tests.support.tally import tally

SPELLINGS = (
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001"),
    *("localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"),
    *(
        "::ffff:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::127.0.0.1",
        "::127.0.0.1",
        "2002:7f00:1::",
        "0.0.0.0",
        "0",
    ),
    *("::", "127.255.255.254", "１２７.０.０.１", "①②⑦.0.0.1", "127。0。0。1", ""),
)
INSIDE = (
    *("10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "169.254.169.254", "fe80::1", "fd00::1"),
    *("168.63.129.16", "100.100.100.200", "fd00:ec2::254", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
    *("192.0.2.1", "198.18.0.1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "ff02::1"),
)


@pytest.fixture(autouse=True)
def nothing_private(only_this_machine: None) -> None:
    """As every desk begins: no network of its own is allowed."""
    outgoing.allow(())


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as running:
        yield running


def port_of(sink: Sink) -> int:
    return int(sink.host.rpartition(":")[2])


def host_in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_this_machine_is_connected_to(sink: Sink, host: str) -> None:
    with pytest.raises((OSError, UnicodeError)):
        outgoing.connect(host, port_of(sink), timeout=2)
    with client() as asking, pytest.raises((httpx2.HTTPError, httpx2.InvalidURL)):
        asking.get(f"http://{host_in_url(host)}:{port_of(sink)}/")

    assert sink.connections == 0
    tally("private addresses tried by a spelling (G02)", 2)


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_within_reach(address: str) -> None:
    assert not outgoing.may_reach(address)
    with pytest.raises(outgoing.NotAllowed):
        outgoing.connect(address, 80, timeout=2)
    tally("private addresses tried by a spelling (G02)")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_public_addresses_are_within_reach(address: str) -> None:
    assert outgoing.may_reach(address)


def test_an_allowed_network_is_within_reach_but_never_what_hands_out_a_machines_keys() -> None:
    outgoing.allow([ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")])

    assert outgoing.may_reach("10.0.0.1")
    assert outgoing.may_reach("::1")
    assert outgoing.may_reach("fd00::1")
    never = (
        "169.254.169.254",
        "fd00:ec2::254",
        "168.63.129.16",
        "0.0.0.0",
        "fe80::1",
        "::ffff:169.254.169.254",
    )
    assert not any(outgoing.may_reach(each) for each in never)


def test_a_name_is_looked_up_once_and_the_checked_address_is_the_one_connected_to(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    connected: list[object] = []

    def rebinding(host: str, port: int, **_more: Any) -> list[Any]:
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def noting(_socket: socket.socket, address: object) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr("socket.socket.connect", noting)
    with client() as asking, pytest.raises(httpx2.ConnectError):
        asking.get(f"http://rebinding.example:{port_of(sink)}/")

    assert (asked, connected) == (["rebinding.example"], [("93.184.215.14", port_of(sink))])
    assert sink.connections == 0


def test_of_a_name_with_an_address_inside_only_the_others_are_tried(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port_of(sink)))
        for each in ("127.0.0.1", "10.1.1.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: both)

    with pytest.raises(outgoing.NotAllowed):
        outgoing.connect("both.example", port_of(sink), timeout=1)
    assert sink.connections == 0


class Redirecting(BaseHTTPRequestHandler):
    """Sends on to what its path says; /packed and /long are answers nobody should swallow."""

    def do_GET(self) -> None:
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        self.send_response(200)
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(b"x" * (LARGEST + 1 if self.path == "/long" else 10))

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A server the desk may reach: 127.0.0.1 stands for the public network here, 127.0.0.2 for one's own."""
    outgoing.allow([ipaddress.ip_network("127.0.0.1/32")])
    with HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_redirects_are_checked_each_and_not_followed_unless_asked_for(elsewhere: str) -> None:
    with http_sink("127.0.0.2") as sink:
        with client() as asking:
            assert asking.get(f"{elsewhere}/to/http://{sink.host}/").status_code == 302
        with client(follows_redirects=True) as asking:
            assert asking.get(f"{elsewhere}/to/{elsewhere}/fine").text == "x" * 10
            with pytest.raises(httpx2.ConnectError):
                asking.get(f"{elsewhere}/to/http://{sink.host}/")
            with pytest.raises(httpx2.TooManyRedirects):
                asking.get(f"{elsewhere}/to/" * 6 + "/fine")

        assert sink.connections == 0


@pytest.mark.parametrize(
    "scheme", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "unix:///run/x"]
)
def test_only_web_addresses_are_asked_also_behind_a_redirect(elsewhere: str, scheme: str) -> None:
    with client(follows_redirects=True) as asking:
        with pytest.raises(httpx2.UnsupportedProtocol):
            asking.get(scheme)
        with pytest.raises(httpx2.UnsupportedProtocol):
            asking.get(f"{elsewhere}/to/{scheme}")


@pytest.mark.parametrize("path", ["/long", "/packed"])
def test_an_answer_has_an_end_and_is_not_packed(elsewhere: str, path: str) -> None:
    with client() as asking, pytest.raises(httpx2.TransportError):
        asking.get(f"{elsewhere}{path}")


def test_a_server_that_drips_is_left_in_time() -> None:
    outgoing.allow([ipaddress.ip_network("127.0.0.1/32")])
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    while True:
                        connection.sendall(b"H")
                        stopped.wait(0.05)
                except OSError:
                    return

        from threading import Event

        stopped = Event()
        Thread(target=drip, daemon=True).start()
        with client(patience=0.4) as asking, pytest.raises(httpx2.HTTPError):
            asking.get(f"http://127.0.0.1:{listening.getsockname()[1]}/")


def _incoming(mailbox: Mailbox) -> tuple[str, ...]:
    return try_incoming(mailbox).answers


def _outgoing(mailbox: Mailbox) -> tuple[str, ...]:
    smtp._left_alone.clear()
    return try_outgoing(mailbox).answers


def _token(mailbox: Mailbox) -> tuple[str, ...]:
    with pytest.raises(oauth.NoToken) as refusal:
        oauth.access_token(mailbox)
    return (refusal.value.sentence,)


@pytest.mark.parametrize("door", [_incoming, _outgoing, _token])
@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS, Security.TLS])
@pytest.mark.usefixtures("work")
def test_trying_servers_tells_nothing_of_ports_inside(
    sink: Sink, security: Security, door: Callable[[Mailbox], tuple[str, ...]]
) -> None:
    places = [("127.0.0.1", port_of(sink)), ("127.0.0.1", free_port()), ("10.255.255.1", 143)]
    told = set()
    for number, (host, port) in enumerate(places):
        mailbox = mailbox_of(
            f"desk{number}@desk.test",
            imap_host=host,
            imap_port=port,
            imap_security=security,
            imap_password=seal("secret"),
            smtp_host=host,
            smtp_port=port,
            smtp_security=security,
            oauth_client_id="desk",
            oauth_token_url=f"http://{host}:{port}/token",
            oauth_refresh_token=seal("refresh"),
            sign_in=SignIn.OAUTH2 if door is _token else SignIn.PASSWORD,
        )
        told.add(door(mailbox))

    assert len(told) == 1, "open, closed and filtered are told apart"
    assert "HELPDESK_PRIVATE_NETWORKS" in str(told)
    assert sink.connections == 0
    tally("doors tried at private ports (G02)", len(places))
