"""Every mail of the shared corpus is read, and read as those who test with it read it."""

import re
from collections import Counter

import pytest

from helpdesk.mail.parsing import ParsedMail
from helpdesk.mail.parsing import parse as parse_mail
from tests.mail.parsing.misses import MISSES
from tests.support import corpus
from tests.support.peers import Comparison, comparisons
from tests.support.tally import tally, tell

RATES = {"from": 0.98, "subject": 0.98, "attachments": 0.95}
STUMBLED = re.compile(r"\((?:\w*Error|\w*Exception|\w*Warning)\)")


@pytest.fixture(scope="module")
def found() -> dict[str, ParsedMail]:
    """What is in each file of the corpus."""
    return {sample.path: parse_mail(sample.raw) for sample in corpus.mails()}


def texts(mail: ParsedMail) -> list[str]:
    return [
        *(
            mail.from_address,
            mail.from_name,
            mail.subject,
            mail.text,
            mail.reply_text,
            mail.html,
            mail.reply_html,
        ),
        *(
            mail.quoted_html,
            mail.raw_html,
            mail.message_id,
            *mail.references,
            *mail.in_reply_to,
            *mail.problems,
        ),
        *(text for box in (*mail.to, *mail.cc, *mail.reply_to) for text in (box.address, box.name)),
        *(text for file in mail.attachments for text in (file.filename, file.content_type, file.content_id)),
        *(text for values in mail.headers.values() for text in values),
    ]


def test_nothing_in_any_mail_stops_its_reading(found: dict[str, ParsedMail]) -> None:
    stumbled = {
        path: problem for path, mail in found.items() for problem in mail.problems if STUMBLED.search(problem)
    }

    tally("mails of other projects read", len(found))
    assert stumbled == {}


def test_files_that_are_no_mails_are_read_too() -> None:
    others = {sample.path for sample in corpus.samples() if sample.kind not in corpus.MAILS}

    stumbled = [path for path in others if STUMBLED.search(" ".join(parse_mail(corpus.read(path)).problems))]

    assert stumbled == []


def test_every_text_can_be_kept_in_postgresql(found: dict[str, ParsedMail]) -> None:
    unclean = [
        path
        for path, mail in found.items()
        for text in texts(mail)
        if "\x00" in text or text.encode("utf-8", "replace").decode() != text
    ]

    assert unclean == []


def test_senders_subjects_and_files_are_what_their_projects_say(found: dict[str, ParsedMail]) -> None:
    compared = [
        each for sample in corpus.samples(*corpus.MAILS) for each in comparisons(sample, found[sample.path])
    ]
    totals = Counter(each.what for each in compared)
    missed = [each for each in compared if not each.agrees]
    misses = Counter(each.what for each in missed)

    for what, total in sorted(totals.items()):
        tell(f"{what}: {total - misses[what]} of {total} as other projects expect")
        tally(f"expectations of {what} compared", total)
    assert [told(each) for each in missed if each.key not in MISSES] == []
    assert {what: 1 - misses[what] / total >= RATES[what] for what, total in totals.items()} == dict.fromkeys(
        RATES, True
    )


def test_no_miss_is_listed_that_is_none(found: dict[str, ParsedMail]) -> None:
    compared = {
        each.key: each
        for sample in corpus.samples(*corpus.MAILS)
        for each in comparisons(sample, found[sample.path])
    }

    assert [key for key in MISSES if key in compared and compared[key].agrees] == []


def told(miss: Comparison) -> str:
    return f"{miss.what} of {miss.path} ({miss.project}): {miss.theirs!r}, ours {miss.ours!r}"
