"""What a machine sent is known by its header fields, its parts and its habits; what people write never is."""

import pytest

from helpdesk.mail.parsing.automatic import automatic_reason
from tests.mail.meaning.mails import mail, multipart


@pytest.mark.parametrize(
    "field, reason",
    [
        ("Auto-Submitted: auto-replied", "auto-reply"),
        ('Auto-Submitted: auto-replied (vacation); owner-email="x@y.example"', "auto-reply"),
        ("Auto-Submitted: auto-generated", "auto-generated"),
        ("Auto-Submitted: AUTO-GENERATED", "auto-generated"),
        ("Auto-Submitted: auto-notified", "auto-generated"),
        ("X-Autoreply: yes", "auto-reply"),
        ("X-Autorespond: away", "auto-reply"),
        ("Precedence: auto_reply", "auto-reply"),
        ("Precedence: Bulk", "bulk"),
        ("Precedence: junk", "bulk"),
        ("Precedence: list", "list"),
        ("List-Id: <users.lists.example>", "list"),
        ("List-Unsubscribe: <https://news.example/leave>", "bulk"),
        ("X-Auto-Response-Suppress: All", "auto-generated"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "auto-generated"),
        ("X-Loop: robot@example.org", "auto-generated"),
        ("X-Helpdesk-Loop: 0a1b2c", "auto-generated"),
        ("Return-Path: <>", "auto-generated"),
        ("Return-Path: < >", "auto-generated"),
    ],
)
def test_header_fields_of_machines_tell_what_they_are(field: str, reason: str) -> None:
    assert automatic_reason(mail(field)) == reason


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: no",
        "Precedence: normal",
        "Return-Path: <carl@customer.example>",
        "X-Auto-Response-Suppress: DR",
        "X-Autoreply: no",
        "X-MS-Exchange-Inbox-Rules-Loop: carl@customer.example",
        "Disposition-Notification-To: carl@customer.example",
    ],
)
def test_header_fields_of_people_do_not(field: str) -> None:
    assert automatic_reason(mail(field)) is None


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Your ticket",
        "Out of Office: Re: Your ticket",
        "Out of Office AutoReply: invoice",
        "Automatische Antwort: Ihr Ticket",
        "Abwesenheitsnotiz: Ihr Ticket",
        "Réponse automatique : Votre demande",
        "Respuesta automática: Su solicitud",
        "Risposta automatica: Ticket",
        "Automatisch antwoord: Ticket",
        "Autosvar: Ticket",
        "=?utf-8?B?0JDQstGC0L7QvtGC0LLQtdGC?=: x",
        "自动回复: 工单",
    ],
)
def test_subjects_of_absence_are_known_in_many_languages(subject: str) -> None:
    assert automatic_reason(mail(subject=subject)) == "auto-reply"


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Automatic reply: Your ticket",
        "Out of office hours the door stays locked",
        "Automatic reply does not work",
        "How do I set up an out of office message?",
        "Abwesenheit von Herrn Maier",
        "Undelivered parcel",
        "Delivery failure of my order",
    ],
)
def test_people_may_write_about_all_of_this(subject: str) -> None:
    assert automatic_reason(mail(subject=subject)) is None


def test_an_address_nobody_answers_at_is_a_machine() -> None:
    assert automatic_reason(mail(sender="Shop <no-reply@shop.example>")) == "auto-generated"
    assert automatic_reason(mail(sender="donotreply+17@shop.example")) == "auto-generated"


def test_a_form_that_sends_for_a_person_is_not() -> None:
    form = mail("Reply-To: carl@customer.example", sender="Contact form <noreply@shop.example>")

    assert automatic_reason(form) is None


def test_receipts_and_complaints_are_known_by_their_parts() -> None:
    text = "Content-Type: text/plain\n\nIt was displayed."
    receipt = (
        "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; carl@customer.example\n"
    )
    complaint = "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n"

    assert (
        automatic_reason(multipart("multipart/report; report-type=disposition-notification", text))
        == "receipt"
    )
    assert automatic_reason(multipart("multipart/report", text, receipt)) == "receipt"
    assert (
        automatic_reason(multipart("multipart/report; report-type=feedback-report", text))
        == "feedback-report"
    )
    assert automatic_reason(multipart("multipart/mixed", text, complaint)) == "feedback-report"


def test_a_report_that_a_person_passes_on_is_mail_of_that_person() -> None:
    words = "Content-Type: text/plain\n\nWhy did this come back?"
    report = (
        "Content-Type: message/rfc822\n\nFrom: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n"
    )

    assert automatic_reason(multipart("multipart/mixed", words, report)) is None
