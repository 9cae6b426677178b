"""A server with a certificate of the test's choosing: it notes who completed a handshake, and every byte after it."""

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_server, socket

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey


@dataclass
class Peer:
    """What reached it."""

    port: int = 0
    handshakes: int = 0
    heard: bytearray = field(default_factory=bytearray)


class Authority:
    """A certificate authority of the test's own, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.certificate = _certificate("Test CA", self.key, None, is_authority=True)
        self.file = folder / "ca.pem"
        self.file.write_bytes(_pem(self.certificate))

    def context(self, kind: str) -> ssl.SSLContext:
        """`right`, `expired`, `wrong_host`, or `self_signed`."""
        key = ec.generate_private_key(ec.SECP256R1())
        signer = None if kind == "self_signed" else (self.certificate, self.key)
        certificate = _certificate(
            "127.0.0.1",
            key,
            signer,
            host="192.0.2.9" if kind == "wrong_host" else "127.0.0.1",
            is_expired=kind == "expired",
        )
        file = self.folder / f"{kind}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(_pem(certificate) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@contextmanager
def listening(context: ssl.SSLContext | None, *, greeting: bytes, answers: bytes = b"") -> Iterator[Peer]:
    """Greets, notes what it hears, and says `answers` to each line; in the open where there is no context."""
    peer = Peer()
    with create_server(("127.0.0.1", 0)) as server:
        peer.port = server.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(
                    target=_talk, args=(connection, context, peer, greeting, answers), daemon=True
                ).start()

        threading.Thread(target=serve, daemon=True).start()
        yield peer


def _talk(
    connection: socket, context: ssl.SSLContext | None, peer: Peer, greeting: bytes, answers: bytes
) -> None:
    try:
        with connection:
            private = context.wrap_socket(connection, server_side=True) if context else connection
            peer.handshakes += 1
            private.sendall(greeting)
            while heard := private.recv(4096):
                peer.heard += heard
                private.sendall(answers)
    except OSError:
        return


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _certificate(
    name: str,
    key: Key,
    signer: tuple[x509.Certificate, Key] | None,
    *,
    host: str = "127.0.0.1",
    is_authority: bool = False,
    is_expired: bool = False,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer[0].subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 3 * day)
        .not_valid_after(now - day if is_expired else now + day)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if not is_authority:
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
        builder = builder.add_extension(alternative, critical=False)
    return builder.sign(signer[1] if signer else key, hashes.SHA256())
