"""The mails of other projects: what machines sent is recognised, mail of people is not mistaken for it."""

import json

import pytest

from helpdesk.core.html import html_to_text
from helpdesk.mail.parsing import parse
from helpdesk.mail.parsing.parsed import ParsedMail
from helpdesk.mail.parsing.quoting import own_text, split_reply
from helpdesk.mail.parsing.reduced_html import reduced
from tests.support import corpus
from tests.support.tally import tally

HELPDESKS = {
    *(
        "chatwoot",
        "discourse",
        "django-helpdesk",
        "freescout",
        "libredesk",
        "otobo-otrs",
        "redmine",
        "rt",
        "zammad",
    ),
}
MACHINES = {"bounce", "auto-reply", "auto-generated", "feedback-report"}
TAKEN_FOR_MAIL_OF_PEOPLE = {
    # "Begin forwarded message": a person passes a report on, labelled by its folder only
    "sisimai-set-of-emails/err/make-test-36.eml",
}
NO_BOUNCE = {
    *TAKEN_FOR_MAIL_OF_PEOPLE,
    # notifications of a service in JSON from no-reply@: automatic, but no report of a mail server
    "sisimai-set-of-emails/bsd/lhost-amazonses-11.eml",
    "sisimai-set-of-emails/bsd/lhost-amazonses-12.eml",
    # a list tells its owner of a loop: automatic, nobody's mail has failed
    "sisimai-set-of-emails/bsd/lhost-fml-03.eml",
}
SUPPRESSED = {
    # "Undelivered Mail Returned to Sender" of MAILER-DAEMON, used there as a mail without a valid sender
    "discourse/invalid_from_2.eml": "bounce",
    # sent by a mailing list: List-Id, List-Post, Precedence: list
    "discourse/mailinglist.eml": "list",
    "discourse/mailinglist_reply.eml": "list",
    # a fax machine: Return-Path: <>
    "otobo-otrs/EmailParser/DuplicatedContentTypeHeader.eml": "auto-generated",
    # a delivery report of Postfix
    "zammad/mail/mail092.box": "bounce",
    # Precedence: bulk, added there to test exactly this
    "zammad/ticket_trigger/mail2.box": "bulk",
}
NOT_AS_THE_PEER = {
    # begins with a sentence that announces a quote, then the answer unquoted, then quotes that are answered: all stays
    "email_reply_trimmer/emails/embedded_email_17.txt",
}

COMMON = "COMMON_FIRST_FRAGMENT, fragments[0]"
NOT_THE_COMMON_TEXT = {
    # it has words of its own, which are cut as they should be; the assertion is of other files in the same test
    "crisp-email-reply-parser/email_reply_header.txt",
}


@pytest.fixture(scope="module")
def found() -> dict[str, ParsedMail]:
    return {sample.path: parse(sample.raw) for sample in corpus.mails()}


@pytest.fixture(scope="module")
def labels() -> dict[str, str]:
    """What a project calls a mail of its own, by path."""
    return {sample.path: sample.label for sample in corpus.samples(*corpus.MAILS) if sample.label}


def test_what_is_labelled_a_machines_is_recognised(
    found: dict[str, ParsedMail], labels: dict[str, str]
) -> None:
    labelled = {path for path, label in labels.items() if label in MACHINES}
    missed = {path for path in labelled if not found[path].automatic}
    tally("mails of other projects labelled automatic", len(labelled))

    assert missed == TAKEN_FOR_MAIL_OF_PEOPLE
    assert len(missed) <= 0.03 * len(labelled)
    assert len(labelled) >= 230


def test_what_is_labelled_a_bounce_names_recipient_and_mail(
    found: dict[str, ParsedMail], labels: dict[str, str]
) -> None:
    bounces = {path: found[path].bounce for path, label in labels.items() if label == "bounce"}
    read = {path: bounce for path, bounce in bounces.items() if bounce}

    assert set(bounces) - set(read) == NO_BOUNCE
    assert [path for path, bounce in read.items() if not bounce.final_recipient] == []
    assert sum(bool(bounce.original_message_id) for bounce in read.values()) >= 0.85 * len(read)


def test_mail_of_people_to_helpdesks_is_not_suppressed(
    found: dict[str, ParsedMail], labels: dict[str, str]
) -> None:
    own = {sample.path for sample in corpus.samples(*corpus.MAILS) if sample.project in HELPDESKS}
    people = {path for path in own if labels.get(path) not in MACHINES}
    tally("mails of people to other helpdesks", len(people))

    assert {path: reason for path in people if (reason := found[path].automatic)} == SUPPRESSED
    assert len(people) >= 140


def test_replies_are_cut_where_another_project_cuts_them() -> None:
    told = {sample.path: sample for sample in corpus.samples("reply") if "trimmed/" in sample.expectations}
    missed = set()
    for path, sample in told.items():
        expected = corpus.read(sample.expectations).decode()
        if own_text(corpus.read(path).decode()).split() != expected.split():
            missed.add(path)
    tally("replies of other projects", len(told))

    assert missed == NOT_AS_THE_PEER
    assert len(told) == 20


def test_replies_of_other_programs_keep_the_same_first_words() -> None:
    """Their parser's tests state one text for replies in a dozen languages and programs."""
    named = {
        each.path: each for each in corpus.samples("reply") if each.expectations.endswith("/EXPECT.json")
    }
    told, missed = 0, set()
    for path, sample in named.items():
        stated = json.loads(corpus.read(sample.expectations)).get(path.split("/", 1)[1], [])
        if any(COMMON in line for each in stated for line in each["asserts"]):
            told += 1
            own = own_text(corpus.read(path).decode())
            if not (own.startswith("Fusce bibendum") and own.endswith("aliquet nec nec nibh.")):
                missed.add(path)
    tally("replies of other projects", told)

    assert told == 13
    assert missed == NOT_THE_COMMON_TEXT


def test_html_replies_of_many_programs_are_cut() -> None:
    paths = sorted({each.path for each in corpus.samples("reply") if "html_replies/" in each.path})
    cut = {path: split_reply("", corpus.read(path).decode()) for path in paths}
    tally("replies of other projects", len(cut))

    assert len(cut) == 6
    for halves in cut.values():
        own, history = html_to_text(reduced(halves.html)), html_to_text(reduced(halves.quoted_html))
        assert own.split() == ["Hi.", "I", "am", "fine.", "Thanks,", "Alex"]
        assert "Hello! How are you?" in history or "Conversation" in history
