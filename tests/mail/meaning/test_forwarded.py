"""Who passes a mail on is not who wrote it; who answers one is."""

import pytest

from helpdesk.mail.parsing.forwarded import forwarded_from
from helpdesk.mail.parsing.parsed import Mailbox
from tests.mail.meaning.mails import mail, multipart

CARL = Mailbox("carl@customer.example", "Carl Customer")
BLOCK = (
    "From: Carl Customer <carl@customer.example>\nDate: Mon, 3 May 2027\nSubject: Printer\n"
    "To: ana@desk.example\n\nIt smokes."
)


def found(text: str, subject: str = "Fwd: Printer", html: str = "") -> Mailbox | None:
    return forwarded_from(mail(subject=subject, body=text), text, html)


@pytest.mark.parametrize(
    "title",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:\n",
        "-------- Forwarded Message --------",
        "-------- Weitergeleitete Nachricht --------",
        "Anfang der weitergeleiteten Nachricht:\n",
        "---------- Message transféré ----------",
        "---------- Mensaje reenviado ----------",
        "---------- Messaggio inoltrato ----------",
        "-------- Doorgestuurd bericht --------",
        "-------- Пересылаемое сообщение --------",
    ],
)
def test_a_title_above_the_fields_of_a_mail_makes_it_a_forward(title: str) -> None:
    assert found(f"See below.\n\n{title}\n{BLOCK}", subject="Printer") == CARL


def test_outlook_has_no_title_but_its_subject_tells() -> None:
    fields = "From: Carl Customer <carl@customer.example>\nSent: Monday\nTo: Ana\nSubject: Printer\n"

    assert found(f"See below.\n\n________________________________\n{fields}", subject="FW: Printer") == CARL
    assert found(f"See below.\n\n{fields}", subject="RE: Printer") is None


@pytest.mark.parametrize(
    "sender, mailbox",
    [
        ("Von: Carl Customer <carl@customer.example>\nGesendet: Montag\nAn: Ana\nBetreff: Drucker", CARL),
        ("De : Carl Customer <carl@customer.example>\nEnvoyé : lundi\nÀ : Ana\nObjet : Imprimante", CARL),
        ("De: Carl Customer [mailto:carl@customer.example]\nEnviado el: lunes\nPara: Ana\nAsunto: x", CARL),
        ("*From:* Carl Customer <carl@customer.example>\n*Sent:* Monday\n*To:* Ana\n*Subject:* x", CARL),
        ("From: carl@customer.example\nSent: Monday\nTo: Ana\nSubject: x", Mailbox("carl@customer.example")),
        ("От: Carl Customer <carl@customer.example>\nДата: 3 мая\nКому: Ana\nТема: x", CARL),
        ('From: "Carl Customer" <carl@customer.example<mailto:carl@customer.example>>\nTo: a\nDate: b', CARL),
        ("From: Carl Customer\n<carl@customer.example>\nSent: Monday\nTo: Ana\nSubject: x", CARL),
    ],
)
def test_the_fields_are_read_in_many_languages_and_forms(sender: str, mailbox: Mailbox) -> None:
    assert found(f"FYI\n\n{sender}\n\nIt smokes.", subject="WG: Drucker") == mailbox


def test_a_forward_in_somebodys_history_is_not_this_mail() -> None:
    history = "\n".join(
        f"> {line}" for line in f"---------- Forwarded message ---------\n{BLOCK}".split("\n")
    )

    assert (
        found(f"Thanks!\n\nOn Mon, 3 May 2027, Ana <ana@desk.example> wrote:\n{history}", "Re: Printer")
        is None
    )
    assert (
        found(f"Thanks!\n\nOn Mon, 3 May 2027, Ana <ana@desk.example> wrote:\n\n{BLOCK}", "Fwd: Printer")
        is None
    )


def test_the_first_block_counts_where_a_forward_holds_another() -> None:
    older = BLOCK.replace("carl", "olga").replace("Carl", "Olga")

    assert (
        found(f"-------- Forwarded Message --------\n{BLOCK}\n\n-------- Forwarded Message --------\n{older}")
        == CARL
    )


def test_html_alone_is_enough() -> None:
    html = "<div>FYI</div><div>---------- Forwarded message ---------<br>" + BLOCK.replace(
        "<", "&lt;"
    ).replace("\n", "<br>")

    assert found("", html=html) == CARL


def test_a_mail_attached_is_passed_on() -> None:
    attached = "Content-Type: message/rfc822\n\nFrom: Carl Customer <carl@customer.example>\nSubject: x\n\nIt smokes."
    nothing = "Content-Type: text/plain\n\n"
    picture = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\naGVsbG8="

    assert forwarded_from(multipart("multipart/mixed", nothing, attached), "", "") == CARL
    assert forwarded_from(multipart("multipart/mixed", nothing, attached), "As discussed.", "") is None
    assert forwarded_from(multipart("multipart/mixed", nothing, picture, attached), "", "") is None


def test_machines_pass_nothing_on() -> None:
    assert (
        forwarded_from(mail("Auto-Submitted: auto-replied", subject="Fwd: x", body=BLOCK), BLOCK, "") is None
    )
