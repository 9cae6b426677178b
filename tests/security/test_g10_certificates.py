"""G10: a server that cannot prove who it is gets no connection and never a password; TLS that was asked for is had."""

from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk.core.sealing import seal
from helpdesk.identity import oidc
from helpdesk.mail import smtp
from helpdesk.mail.doors.trying import try_incoming, try_outgoing
from helpdesk.mail.models import Mailbox, Security
from tests.support import imap_server
from tests.support.mailboxes import mailbox_of
from tests.support.tally import tally
from tests.support.tls_peer import Authority, Peer, listening

SECRET = "the mail server's password"
GREETINGS = {
    "imap": (b"* OK ready\r\n", b"* BYE\r\n"),
    "smtp": (b"220 ready\r\n", b"250-peer\r\n250 AUTH PLAIN LOGIN\r\n"),
    "oidc": (b"", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
}


def box(port: int, security: Security) -> Mailbox:
    smtp._left_alone.clear()
    return mailbox_of(
        "desk@desk.test",
        imap_host="127.0.0.1",
        imap_port=port,
        imap_security=security,
        imap_user="desk",
        imap_password=seal(SECRET),
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security=security,
        smtp_user="desk",
        smtp_password=seal(SECRET),
    )


def fetch(peer: Peer, security: Security) -> str:
    return " ".join(try_incoming(box(peer.port, security)).answers)


def send(peer: Peer, security: Security) -> str:
    return " ".join(try_outgoing(box(peer.port, security)).answers)


def discover(peer: Peer, _security: Security) -> str:
    with pytest.raises(oidc.NotAsked) as refusal:
        oidc.discover(f"https://127.0.0.1:{peer.port}", afresh=True)
    return refusal.value.sentence


DOORS: dict[str, Callable[[Peer, Security], str]] = {"imap": fetch, "smtp": send, "oidc": discover}


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this machine trusts."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", ["self_signed", "expired", "wrong_host"])
@pytest.mark.usefixtures("work")
def test_who_cannot_prove_its_name_hears_nothing(authority: Authority, kind: str, door: str) -> None:
    greeting, answers = GREETINGS[door]
    with listening(authority.context(kind), greeting=greeting, answers=answers) as peer:
        DOORS[door](peer, Security.TLS)

        assert (peer.handshakes, bytes(peer.heard)) == (0, b"")
    tally("servers without a good certificate refused (G10)")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.usefixtures("work")
def test_who_can_is_talked_to(authority: Authority, door: str) -> None:
    greeting, answers = GREETINGS[door]
    with listening(authority.context("right"), greeting=greeting, answers=answers) as peer:
        DOORS[door](peer, Security.TLS)

        assert peer.handshakes == 1
        assert peer.heard


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.usefixtures("work")
def test_an_authority_nobody_trusts_counts_for_nothing(tmp_path: Path, door: str) -> None:
    greeting, answers = GREETINGS[door]
    with listening(Authority(tmp_path).context("right"), greeting=greeting, answers=answers) as peer:
        DOORS[door](peer, Security.TLS)

        assert (peer.handshakes, bytes(peer.heard)) == (0, b"")
    tally("servers without a good certificate refused (G10)")


@pytest.mark.usefixtures("work")
def test_who_takes_starttls_out_of_imap_hears_no_password() -> None:
    """Somebody in between, who leaves the offer of TLS out."""
    with imap_server.running() as server:
        answers = try_incoming(box(server.port, Security.STARTTLS)).answers

        assert "STARTTLS" in " ".join(answers).upper()
        assert server.commands
        assert not [each for each in server.commands if each.startswith(("LOGIN", "AUTHENTICATE"))]


@pytest.mark.usefixtures("work")
def test_who_takes_starttls_out_of_smtp_hears_no_password() -> None:
    greeting, answers = GREETINGS["smtp"]
    with listening(None, greeting=greeting, answers=answers) as peer:
        said = send(peer, Security.STARTTLS)

        assert "STARTTLS" in said.upper()
        assert b"EHLO" in bytes(peer.heard).upper()
        assert b"AUTH" not in bytes(peer.heard).upper()
