"""Debian's ClamAV looks at what comes in: by its own protocol, with a signature of our own."""

import gzip
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.core.configuration import configuration
from helpdesk.files import scanning
from tests.support import debians_clamav
from tests.support.debians_clamav import SIGNATURE, VIRUS
from tests.support.tally import tally

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def addresses() -> Iterator[tuple[str, str]]:
    with debians_clamav.running() as found:
        yield found


@pytest.fixture(params=[0, 1], ids=["port", "socket"])
def scanner(
    addresses: tuple[str, str],
    app: Flask,
    work: Session,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """The desk asks this one, at one of its addresses, and keeps nothing unseen."""
    changed = replace(configuration(), clamav=addresses[request.param], clamav_down="refuse")
    monkeypatch.setattr(scanning, "configuration", lambda: changed)


@pytest.mark.usefixtures("scanner")
def test_it_is_there() -> None:
    assert scanning.is_answering() is True


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize(
    "content",
    [VIRUS, b"x" * 1_000_000 + VIRUS + b"y" * 1_000_000, gzip.compress(VIRUS)],
    ids=["bare", "inside", "packed"],
)
def test_what_it_knows_is_refused_by_its_name(content: bytes) -> None:
    with pytest.raises(scanning.Infected) as refusal:
        scanning.check(io.BytesIO(content), "invoice.pdf")

    assert refusal.value.signature.startswith(SIGNATURE)
    tally("files that Debian's ClamAV looked at")


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize("content", [b"", b"harmless", bytes(range(256)) * 10_000])
def test_other_files_pass_and_are_left_at_their_beginning(content: bytes) -> None:
    stream = io.BytesIO(content)
    scanning.check(stream, "a.bin")

    assert stream.tell() == 0
    tally("files that Debian's ClamAV looked at")


@pytest.mark.usefixtures("scanner")
def test_more_than_it_takes_is_not_kept_unseen() -> None:
    with pytest.raises(scanning.NotScanned):
        scanning.check(io.BytesIO(b"x" * 6_000_000), "large.bin")
