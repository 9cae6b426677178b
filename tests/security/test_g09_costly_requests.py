"""G09: a request that is too much is told so before it costs much."""

import io
import time
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.support.browser import Browser, Seen

SECONDS = 3.0
"""Of a processor, all included."""


def parts(count: int, size: int = 1) -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n' + b"x" * size + b"\r\n"
    return b"".join(part % number for number in range(count)) + b"--b--\r\n"


MULTIPART = "multipart/form-data; boundary=b"
FORM = "application/x-www-form-urlencoded"
TOO_MUCH: dict[str, tuple[bytes, str]] = {
    "10,000 parts": (parts(10_000), MULTIPART),
    "a field of 5 MB": (parts(1, 5 * 2**20), MULTIPART),
    "a form of 5 MB": (b"a=" + b"x" * 5 * 2**20, FORM),
    "100,000 keys": (b"&".join(b"k%d=1" % number for number in range(100_000)), FORM),
    "30 MB": (b"x" * 30 * 2**20, "application/octet-stream"),
    "a file of 30 MB": (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        + b"x" * 30 * 2**20
        + b"\r\n--b--\r\n",
        MULTIPART,
    ),
    "carriage returns": (b"--b\r\n" + b"\r" * 2**20, MULTIPART),
    "deep JSON": (b"[" * 100_000, "application/json"),
    "a boundary that never comes": (b"x" * 2**20, "multipart/form-data; boundary=" + "b" * 70_000),
}


@pytest.mark.parametrize("path", ["/login", "/portal/tickets", "/ask"])
@pytest.mark.parametrize("name", TOO_MUCH)
def test_it_is_refused_and_quickly(as_carl: Browser, path: str, name: str) -> None:
    body, kind = TOO_MUCH[name]
    began = time.process_time()
    answer = Seen(as_carl.client.post(path, data=body, content_type=kind))

    assert 400 <= answer.status < 500
    assert time.process_time() - began < SECONDS


class Endless(io.RawIOBase):
    """A body without an end and without a length."""

    def __init__(self) -> None:
        super().__init__()
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.given += len(buffer)
        buffer[:] = b"x" * len(buffer)
        return len(buffer)


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_a_body_without_an_end_is_not_read_to_it(as_carl: Browser, kind: str) -> None:
    body = Endless()
    environ = EnvironBuilder(path="/portal/tickets", method="POST", content_type=kind).get_environ()
    environ.pop("CONTENT_LENGTH", None)
    environ |= {
        "wsgi.input": io.BufferedReader(body),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    answer, status, _headers = run_wsgi_app(as_carl.app, environ)
    list(answer)

    assert status.startswith("4")
    assert body.given <= 30 * 2**20


@pytest.mark.parametrize(
    "value", ["9" * 400, "-1", "1e309", "0x7fffffff", "١٢", "NaN", "1 000 000", "99999999999999"]
)
def test_absurd_numbers_are_no_settings(as_ada: Browser, value: str) -> None:
    answer = as_ada.post("/admin/settings/requests", {"reopen_days": value})

    assert answer.status == 422


@pytest.mark.parametrize("path", ["/agent/queues/open", "/portal/tickets", "/admin/people", "/admin/audit"])
@pytest.mark.parametrize(
    "query", ["q=" + "a" * 60_000, "after=" + "9" * 30_000, "&".join(f"k{n}=1" for n in range(5_000))]
)
def test_a_long_address_breaks_nothing(as_ada: Browser, path: str, query: str) -> None:
    began = time.process_time()
    answer = as_ada.get(f"{path}?{query}")

    assert answer.status < 500
    assert time.process_time() - began < SECONDS
