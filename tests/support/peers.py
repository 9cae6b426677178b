"""What other projects expect of the mails they test themselves with, in the terms of ours.

Only their own data for a mail counts ("exact" in the manifest). How they count files:

- Zammad keeps the HTML of a mail as a file `message.html` beside its text, and further HTML parts without a name as
  `document.html`, `document1.html`, …: all of these are words for us and taken off.
- imap_tools counts a text that has a Content-ID, and does not count the delivery status of a bounce: taken off.
- MimeKit counts the compressed RTF of a winmail.dat (`body.rtf`), as we do (`message.rtf`).
- Stalwart, Zbateson and php-mime-mail-parser count leaves that are no body, as we do.
- mime4j states structures: the header fields of a mail are its From and Subject, its files are not told apart.

imap_tools states addresses without names; names are then not compared. U+FFFD in what is stated is a character that
the peer could not read: ours may be any.
"""

import email.header
import email.utils
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.mail.parsing import ParsedMail
from tests.support import corpus
from tests.support.corpus import Sample

_WORDS_OF_ZAMMAD = re.compile(r"message\.html|document\d*\.html")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing a peer states of one mail, and what we find."""

    what: str
    path: str
    project: str
    theirs: str
    ours: str

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.what, self.path, self.project)

    @property
    def agrees(self) -> bool:
        return len(self.theirs) == len(self.ours) and all(
            their in (our, "\ufffd") for their, our in zip(self.theirs, self.ours, strict=True)
        )


def comparisons(sample: Sample, found: ParsedMail) -> Iterator[Comparison]:
    """All that can be compared of this mail."""
    if not sample.is_exact:
        return
    sender, subject = sample.sender, sample.subject
    if sample.project == "james-mime4j":
        sender, subject = _of_structure(sample)
    if sender:
        yield Comparison("from", sample.path, sample.project, *_senders(sample, sender, found))
    if subject:
        yield Comparison("subject", sample.path, sample.project, _plain(subject), _plain(found.subject))
    if sample.attachments:
        theirs, ours = _expected_files(sample), _files(sample, found)
        yield Comparison("attachments", sample.path, sample.project, str(theirs), str(ours))


def _senders(sample: Sample, sender: str, found: ParsedMail) -> tuple[str, str]:
    if sample.project == "imap_tools":
        return sender.lower(), found.from_address.lower()
    name, address = email.utils.parseaddr(sender)
    if "@" not in address:  # a name alone
        name, address = name or address, ""
    ours = f"{_plain(found.from_name)} <{found.from_address.lower()}>"
    return f"{_plain(name)} <{address.lower()}>", ours


def _expected_files(sample: Sample) -> int:
    names = sample.attachment_names.split("|") if sample.project == "zammad" else []
    return int(sample.attachments) - sum(bool(_WORDS_OF_ZAMMAD.fullmatch(name)) for name in names)


def _files(sample: Sample, found: ParsedMail) -> int:
    reports = [file for file in found.attachments if file.content_type == "message/delivery-status"]
    return len(found.attachments) - (len(reports) if sample.project == "imap_tools" else 0)


def _of_structure(sample: Sample) -> tuple[str, str]:
    """From and Subject of mime4j's XML, decoded by the standard library."""
    head, end, _ = corpus.read(sample.expectations).partition(b"</header>")  # some bodies are no XML
    fields = [field.text or "" for field in ET.fromstring(head + end + b"</message>").iter("field")]
    return _field(fields, "from"), _field(fields, "subject")


def _field(fields: list[str], name: str) -> str:
    value = next(
        (text.partition(":")[2] for text in fields if text.strip().lower().startswith(f"{name}:")), ""
    )
    pieces = email.header.decode_header(_plain(value))
    return "".join(
        piece if isinstance(piece, str) else piece.decode(charset or "ascii") for piece, charset in pieces
    )


def _plain(text: str) -> str:
    return " ".join(text.split())
