"""A web client for the desk's own requests: through core.outgoing alone, within a time and a size, no surprises."""

import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore2
import httpx2

from helpdesk.core import outgoing

PATIENCE = 15.0  # seconds for a whole exchange, however slowly the other side drips
LARGEST = 1024 * 1024  # bytes of an answer
MOST_REDIRECTS = 3


class TooMuch(httpx2.TransportError):
    """The answer is longer than anybody needs, or packed: what unpacks to more than it weighs is not unpacked."""


def client(*, patience: float = PATIENCE, follows_redirects: bool = False) -> httpx2.Client:
    """Each redirect is a new request through the same door; proxies and passwords of the environment are not used."""
    return httpx2.Client(**options(patience=patience, follows_redirects=follows_redirects))


def options(*, patience: float = PATIENCE, follows_redirects: bool = False) -> dict[str, Any]:
    """The same, for clients of libraries that are made from httpx2's."""
    return {
        "transport": GuardedTransport(patience),
        "timeout": patience,
        "follow_redirects": follows_redirects,
        "max_redirects": MOST_REDIRECTS,
        "trust_env": False,
        "headers": {"Accept-Encoding": "identity", "User-Agent": "helpdesk"},
    }


class GuardedTransport(httpx2.BaseTransport):
    """One request, one connection, one deadline."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=outgoing.trusted(),
            max_keepalive_connections=0,  # a deadline belongs to a connection
            network_backend=_Backend(patience),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Ask, and hand over the answer while it is short enough."""
        if request.url.scheme not in ("http", "https"):
            raise httpx2.UnsupportedProtocol("Only web addresses are asked.", request=request)
        url = request.url
        asked = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.read(),
            extensions=request.extensions,
        )
        try:
            answer = self._pool.handle_request(asked)
        except httpcore2.TimeoutException as error:
            raise httpx2.ReadTimeout("It took too long.", request=request) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise httpx2.ConnectError(str(error) or type(error).__name__, request=request) from error
        response = httpx2.Response(
            answer.status, headers=answer.headers, stream=_Short(answer), request=request
        )
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            response.close()
            raise TooMuch("The answer is packed, which was not asked for.", request=request)
        return response

    def close(self) -> None:
        """End what is still open."""
        self._pool.close()


class _Short(httpx2.SyncByteStream):
    """The bytes of an answer, LARGEST at most."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        try:
            for chunk in self._answer.iter_stream():
                size += len(chunk)
                if size > LARGEST:
                    raise TooMuch("The answer is too long.")
                yield chunk
        except httpcore2.TimeoutException as error:
            raise httpx2.ReadTimeout("It took too long.") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise httpx2.ReadError(str(error) or type(error).__name__) from error

    def close(self) -> None:
        self._answer.close()


class _Backend(httpcore2.NetworkBackend):
    """How httpcore2 gets its connections."""

    def __init__(self, patience: float) -> None:
        self._patience = patience

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        until = time.monotonic() + self._patience
        try:
            return _Stream(outgoing.connect(host, port, timeout=self._patience), until)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(str(error)) from error
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from error


class _Stream(httpcore2.NetworkStream):
    """A socket on which all that happens has one deadline."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection, self._until = connection, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._connection.settimeout(self._time_left())
            return self._connection.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore2.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            self._connection.settimeout(self._time_left())
            self._connection.sendall(buffer)
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        try:
            self._connection.settimeout(self._time_left())
            return _Stream(
                ssl_context.wrap_socket(self._connection, server_hostname=server_hostname), self._until
            )
        except TimeoutError as error:
            self.close()
            raise httpcore2.ConnectTimeout(str(error)) from error
        except (OSError, ValueError) as error:
            self.close()
            raise httpcore2.ConnectError(str(error)) from error

    def close(self) -> None:
        self._connection.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._connection if isinstance(self._connection, ssl.SSLSocket) else None
        return False if info == "is_readable" else None

    def _time_left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("It took too long.")
        return left
