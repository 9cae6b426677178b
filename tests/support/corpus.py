"""The test mails of other projects: read where they lie, never copied into this tree.

HELPDESK_TEST_MAIL names their folder; without it, the one beside the project is taken. Its MANIFEST.tsv has a line
for every mail and what the project it is from expects of it. A folder that is there and cannot be read fails.
"""

import gzip
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("HELPDESK_TEST_MAIL") or Path(__file__).parents[3] / "shared" / "mail")
MAILS = {"mail", "bounce", "bounce-mac", "tnef"}
"""Kinds of files that are mails; `tnef` is a bare winmail.dat, which `Sample.raw` puts into one."""
_WRAPPED = (
    b"From: Wrapper <wrapper@example.org>\r\nSubject: winmail.dat\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: binary\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A line of the manifest; "" where its project states nothing."""

    path: str
    project: str
    kind: str
    label: str
    """Only where the project says so: bounce, auto-reply, auto-generated, feedback-report, spam, not-bounce."""
    sender: str
    subject: str
    attachments: str
    attachment_names: str
    expectations: str
    """Path of the machine-readable ones."""
    source: str
    """Where the expectation comes from; "exact" in it: the project's own data for this very mail."""

    @property
    def is_exact(self) -> bool:
        return "(exact" in self.source

    @property
    def raw(self) -> bytes:
        content = read(self.path)
        return _WRAPPED + content if self.kind == "tnef" else content


def read(path: str) -> bytes:
    """The bytes of a file of the corpus."""
    content = (FOLDER / path).read_bytes()
    return gzip.decompress(content) if path.endswith(".gz") else content


@cache
def _all() -> Sequence[Sample]:
    lines = (FOLDER / "MANIFEST.tsv").read_text("utf-8").rstrip("\n").split("\n")
    names = lines[0].split("\t")
    rows = [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]
    return [
        Sample(
            path=row["path"],
            project=row["project"],
            kind=row["kind"],
            label=row["class"],
            sender=row["exp_from"],
            subject=row["exp_subject"],
            attachments=row["exp_attachments"],
            attachment_names=row["exp_attachment_names"],
            expectations=row["exp_file"],
            source=row["exp_source"],
        )
        for row in rows
    ]


def is_there() -> bool:
    return FOLDER.is_dir()


def samples(*kinds: str) -> Sequence[Sample]:
    """Every line of these kinds (of all without any); skips the test where there is no corpus."""
    if not is_there():
        pytest.skip(f"no test mails in {FOLDER}; HELPDESK_TEST_MAIL names their folder")
    found = [sample for sample in _all() if not kinds or sample.kind in kinds]
    assert found, f"{FOLDER} is there, but holds no mails of the kinds {kinds}"
    return found


def mails() -> Sequence[Sample]:
    """One line for each different file that is a mail."""
    return list({sample.path: sample for sample in reversed(samples(*MAILS))}.values())[::-1]
