"""A delivery report tells whose mail did not arrive and which one it was, in the standard form and in older ones."""

from helpdesk.mail.parsing.bounces import bounce_in
from helpdesk.mail.parsing.parsed import Bounce
from tests.mail.meaning.mails import mail, multipart

DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"
WORDS = "Content-Type: text/plain\n\nYour mail could not be delivered."
ORIGINAL = (
    "Content-Type: message/rfc822\n\nFrom: support@desk.example\nMessage-ID: <one@desk.example>\n\nHello"
)
HEADERS = (
    "Content-Type: text/rfc822-headers\n\nFrom: support@desk.example\nMessage-Id:\n <two@desk.example>\n"
)


def status(*fields: str) -> str:
    """A delivery-status part with one recipient."""
    lines = "\n".join(fields)
    return f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{lines}\n"


def report(*parts: str) -> Bounce | None:
    return bounce_in(multipart("multipart/report; report-type=delivery-status", *parts, sender=DAEMON))


def test_the_standard_form_is_read_field_by_field() -> None:
    failed = status(
        "Final-Recipient: rfc822; carl@customer.example",
        "Action: failed",
        "Status: 5.1.1 (no such user)",
        "Diagnostic-Code: smtp; 550 5.1.1 <carl@customer.example>:",
        "    User unknown",
    )

    assert report(WORDS, failed, ORIGINAL) == Bounce(
        final_recipient="carl@customer.example",
        status="5.1.1",
        original_message_id="<one@desk.example>",
        diagnostic="smtp; 550 5.1.1 <carl@customer.example>: User unknown",
        is_permanent=True,
    )


def test_returned_header_fields_are_enough_to_know_the_mail() -> None:
    failed = status("Final-Recipient: rfc822; carl@customer.example", "Action: failed", "Status: 5.2.2")

    found = report(WORDS, failed, HEADERS)

    assert found is not None
    assert found.original_message_id == "<two@desk.example>"


def test_a_delay_and_an_arrival_are_no_failures() -> None:
    for action, code in (
        ("delayed", "4.4.1"),
        ("delivered", "2.0.0"),
        ("relayed", "2.1.9"),
        ("expanded", "2.0.0"),
    ):
        found = report(
            WORDS, status("Final-Recipient: rfc822; x@y.example", f"Action: {action}", f"Status: {code}")
        )

        assert found is not None
        assert (found.is_permanent, found.status) == (False, code)


def test_of_several_recipients_the_failed_one_counts() -> None:
    good = "Final-Recipient: rfc822; good@y.example\nAction: relayed\nStatus: 2.0.0\n"
    bad = "Final-Recipient: rfc822; bad@y.example\nAction: failed\nStatus: 5.0.0"

    found = report(WORDS, status(good, bad))

    assert found is not None
    assert (found.final_recipient, found.is_permanent) == ("bad@y.example", True)


def test_a_server_that_only_writes_sentences_is_understood() -> None:
    words = (
        "Hi. This is the qmail-send program at mx.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<carl@customer.example>:\n192.0.2.1 does not like recipient.\n"
        "Remote host said: 550 5.1.1 User unknown\n\n"
        "--- Below this line is a copy of the message.\n\n"
        "Return-Path: <support@desk.example>\nMessage-ID: <three@desk.example>\nSubject: Printer\n"
    )

    found = bounce_in(mail("Return-Path: <>", body=words, sender=DAEMON, subject="failure notice"))

    assert found is not None
    assert (found.final_recipient, found.status) == ("carl@customer.example", "5.1.1")
    assert (found.original_message_id, found.is_permanent) == ("<three@desk.example>", True)
    assert found.diagnostic == "Remote host said: 550 5.1.1 User unknown"


def test_exim_names_the_recipients_in_a_field_of_its_own() -> None:
    found = bounce_in(
        mail("X-Failed-Recipients: carl@customer.example", sender=DAEMON, body="550 mailbox unavailable")
    )

    assert found is not None
    assert found.final_recipient == "carl@customer.example"


def test_an_answer_names_the_mail_it_belongs_to_where_nothing_was_returned() -> None:
    failed = status("Final-Recipient: rfc822; x@y.example", "Action: failed", "Status: 5.1.1")
    found = bounce_in(
        multipart(
            "multipart/report; report-type=delivery-status",
            WORDS,
            failed,
            fields=("In-Reply-To: <four@desk.example>",),
            sender="postmaster@exchange.example",
        )
    )

    assert found is not None
    assert found.original_message_id == "<four@desk.example>"


def test_people_who_write_about_failed_deliveries_are_no_servers() -> None:
    assert (
        bounce_in(mail(subject="Undelivered Mail Returned to Sender", body="550 5.1.1 User unknown")) is None
    )
    assert bounce_in(mail(sender="The Postmaster <postmaster@customer.example>", subject="Printer")) is None
