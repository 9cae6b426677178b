"""The one place where the desk opens connections to others: names are looked up once, own networks are out of reach.

An administrator types the names of mail servers and sign-in providers, and providers name further addresses. Without
a guard each of these is a way to whatever listens beside the desk. The address is checked, not its spelling, and the
connection goes to the very address that was checked: a name that answers differently the second time gains nothing.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NEVER: tuple[Network, ...] = tuple(
    ipaddress.ip_network(each)
    for each in (
        *("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # Azure's machine service: a public address that answers as the machine's own
        *("::/128", "fe80::/10", "ff00::/8"),
        "fd00:ec2::/32",  # Amazon's machine service
    )
)
"""Whatever is allowed: what hands out a cloud machine's keys lives here, and no server of anybody's."""
TUNNELS: tuple[Network, ...] = tuple(
    ipaddress.ip_network(each) for each in ("::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)
"""They look public and lead to an IPv4 address that is written inside."""
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: how a network without IPv4 reaches it


class NotAllowed(OSError):
    """The address is one this desk may not connect to; nothing was sent there, not even a first packet."""

    def __init__(self) -> None:
        super().__init__(
            "this address is in a network the desk may not connect to. "
            "Whoever runs the desk can allow a network of their own with HELPDESK_PRIVATE_NETWORKS"
        )


class _Allowed:
    networks: tuple[Network, ...] = ()


def allow(networks: Sequence[Network]) -> None:
    """Let this process reach these private networks as well: they come from the environment, once, at the start."""
    _Allowed.networks = tuple(networks)


def may_reach(address: str) -> bool:
    """Whether a numeric address is public, or in a network that whoever runs the desk has allowed."""
    number = _plain(ipaddress.ip_address(address.partition("%")[0]))
    if _is_in(number, NEVER):
        return False
    if _is_in(number, _Allowed.networks):
        return True
    return number.is_global and not number.is_multicast and not _is_in(number, TUNNELS)


def connect(host: str, port: int, *, timeout: float) -> socket.socket:
    """An open connection to the first address of a name that is allowed and answers, all within `timeout` seconds.

    Raises NotAllowed where no address of it is allowed, and OSError.
    """
    until = time.monotonic() + timeout
    trouble: OSError = NotAllowed()
    for family, kind, protocol, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not may_reach(str(address[0])):
            continue
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(max(until - time.monotonic(), 0.001))
            connection.connect(address)  # numbers: nobody is asked about the name again
        except OSError as error:
            connection.close()
            trouble = error
        else:
            connection.settimeout(timeout)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    raise trouble


def trusted() -> ssl.SSLContext:
    """How every server has to prove who it is: a certificate in its name, in date, from somebody the machine trusts.

    Those of one's own authority are named to OpenSSL with SSL_CERT_FILE.
    """
    return ssl.create_default_context()


def _plain(number: Address) -> Address:
    """IPv4 in the clothes of IPv6, undressed."""
    if isinstance(number, ipaddress.IPv6Address):
        if number.ipv4_mapped is not None:
            return number.ipv4_mapped
        if number in TRANSLATED:
            return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number


def _is_in(number: Address, networks: Sequence[Network]) -> bool:
    return any(number in each for each in networks)
