"""A letter as a mail: who it is from and to, what it answers, its two bodies, pictures and files."""

import io

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import Team
from helpdesk.core.db import db
from helpdesk.files.operations import save
from helpdesk.mail import composing
from helpdesk.mail.models import Door, InboundMessage, Verdict
from helpdesk.mail.reply_tokens import Claim, read_reply_token
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.models import Attachment, Comment
from helpdesk.tickets.operations import Upload, add_participant, move_to_team, reply
from helpdesk.tickets.operations.addressing import recipients_named
from helpdesk.tickets.operations.writing import Writing
from tests.mail.outgoing.conftest import sending_mailbox

LETTERS = "Ääßøčж漢字🎉"


@pytest.fixture
def answered(ticket, ana, sink, send_all):
    """`answered("Use water.")` is Ana's answer as Carl's server got it."""

    def send(content="Use water.", **more):
        reply(ticket, by=ana, content=content, **more)
        sink.mails.clear()
        send_all()
        return next(mail for mail in sink.mails if "Auto-Submitted" not in mail.message)

    return send


@pytest.fixture
def came_as(mailbox):
    """`came_as(ticket, "<id@x>", "subject", comment)` says that a message (the opening one) came as this mail."""

    def note(ticket, message_id, subject, comment=None):
        opening = select(Comment).where(Comment.ticket_id == ticket.id, Comment.is_opening)
        raw = f"Message-ID: {message_id}\r\nSubject: {subject}\r\n\r\n{ticket.id}".encode()
        mail = InboundMessage(
            mailbox_id=mailbox.id,
            door=Door.PIPE,
            sha256=save(io.BytesIO(raw), filename="mail.eml").sha256,
            size=len(raw),
            verdict=Verdict.REPLY,
            subject=subject,
            message_id=message_id,
            ticket_id=ticket.id,
            comment_id=(comment or db.session.scalars(opening).one()).id,
        )
        db.session.add(mail)
        db.session.flush()

    return note


class TestHeaders:
    def test_who_it_is_from_and_to(self, answered):
        message = answered().message

        assert message["From"] == '"Test desk" <support@desk.example>' or str(message["From"]) == (
            "Test desk <support@desk.example>"
        )
        assert str(message["To"]) == "Carl Customer <carl@customer.example>"
        assert message["Reply-To"] is None
        assert "Bcc" not in message

    def test_an_answer_says_nothing_of_machines_and_bounces_come_to_the_mailbox(self, answered):
        mail = answered()

        assert mail.mail_from == "support@desk.example"
        assert not {"Auto-Submitted", "X-Auto-Response-Suppress", "X-Helpdesk-Loop", "Precedence"} & set(
            mail.message
        )

    def test_the_team_has_its_own_name_and_signature_and_moving_the_ticket_moves_the_sender(
        self, answered, ticket, ana, sink, mailbox
    ):
        mailbox.signature = "Test desk GmbH"
        team = db.session.scalars(select(Team)).one()
        team.signature = "Your first line"
        sales = sending_mailbox(sink, "sales@desk.example", sender_name="Sales, Velorna", team_id=team.id)
        sales.signature = "Sales\nHarbour street 1"
        before = answered()
        move_to_team(ticket, team=team, by=ana)
        after = answered()

        assert before.message["From"].addresses[0].addr_spec == "support@desk.example"
        assert "Test desk GmbH" in before.text
        assert [(each.display_name, each.addr_spec) for each in after.message["From"].addresses] == [
            ("Sales, Velorna", "sales@desk.example")
        ]
        assert "Your first line\n\nSales\nHarbour street 1" in after.text.replace("\r", "")
        assert "Test desk GmbH" not in after.text

    def test_where_plus_addresses_work_answers_and_bounces_tell_ticket_and_person(
        self, answered, ticket, carl, mailbox
    ):
        mailbox.has_plus_addresses = True
        mail = answered()

        claim = Claim(ticket.id, carl.id)
        assert read_reply_token(mail.message["Reply-To"].addresses[0].addr_spec) == claim
        assert read_reply_token(mail.mail_from) == claim

    def test_names_in_any_script_arrive(self, answered, carl):
        carl.full_name = f'{LETTERS} "C" <p>, Carl'
        (to,) = answered().message["To"].addresses

        assert to.display_name == carl.full_name
        assert to.addr_spec == "carl@customer.example"

    def test_subjects_in_any_script_arrive_in_lines_that_are_not_too_long(self, answered, ticket):
        ticket.title = f"{LETTERS} " * 15 + "end"
        mail = answered()

        assert mail.message["Subject"].removeprefix("Re: ").startswith(ticket.title[:100])
        lines = mail.raw.split(b"Subject: ")[1].split(b"\r\nMessage-ID")[0].split(b"\r\n")
        assert max(len(b"Subject: " + lines[0]), *map(len, lines[1:])) <= 76


class TestReceivers:
    def test_to_and_cc_are_the_same_in_all_copies_and_of_bcc_there_is_no_trace(
        self, ticket, ana, cora, sink, send_all
    ):
        add_participant(ticket, person=cora, by=ana)
        chosen = recipients_named(
            ticket, to=["carl@customer.example"], cc=["cora@customer.example"], bcc=["boss@customer.example"]
        )
        reply(ticket, by=ana, content="Use water.", recipients=chosen)
        send_all()
        copies = [mail for mail in sink.mails if "Auto-Submitted" not in mail.message]

        assert [mail.rcpt_to[0] for mail in copies] == [
            "carl@customer.example",
            "cora@customer.example",
            "boss@customer.example",
        ]
        assert {str(mail.message["To"]) for mail in copies} == {"Carl Customer <carl@customer.example>"}
        assert {str(mail.message["Cc"]) for mail in copies} == {"Cora Colleague <cora@customer.example>"}
        assert len({mail.message["Message-ID"] for mail in copies}) == 1
        assert not any(b"boss" in mail.raw for mail in copies)

    def test_everybody_has_their_own_link_and_who_is_in_bcc_has_none(self, ticket, ana, cora, sink, send_all):
        add_participant(ticket, person=cora, by=ana)
        chosen = recipients_named(
            ticket, to=["carl@customer.example"], cc=["cora@customer.example"], bcc=["boss@customer.example"]
        )
        reply(ticket, by=ana, content="Use water.", recipients=chosen)
        send_all()
        carl, cora, boss = [mail for mail in sink.mails if "Auto-Submitted" not in mail.message]

        links = [mail.text.split("/open/")[1].split()[0] for mail in (carl, cora)]
        assert len(set(links)) == 2
        assert all(link in mail.html for link, mail in zip(links, (carl, cora), strict=True))
        assert "/open/" not in boss.text + boss.html
        assert "Use water." in boss.text
        assert ticket.ticket_number not in boss.text


class TestConversation:
    def test_the_first_letter_begins_it_and_the_answer_answers_that(self, ticket, ana, sink, send_all):
        send_all()
        reply(ticket, by=ana, content="Use water.")
        send_all()
        received, answer = (mail.message for mail in sink.mails)

        assert received["In-Reply-To"] is None
        assert answer["In-Reply-To"] == answer["References"] == received["Message-ID"]
        assert answer["Subject"] == f"Re: {received['Subject']}"

    def test_a_mail_is_answered_under_its_own_subject_and_with_all_before_it(
        self, ticket, ana, carl, mailbox, sink, send_all, came_as
    ):
        came_as(ticket, "<fire@carl.example>", "AW: Re: The printer  burns")
        reply(ticket, by=ana, content="Use water.")
        came_as(
            ticket,
            "<more@carl.example>",
            "Re: The printer burns",
            reply(ticket, by=carl, content="It burns on."),
        )
        reply(ticket, by=ana, content="More water.")
        send_all()
        received, first, second = (mail.message for mail in sink.mails)

        assert [mail["Subject"] for mail in (received, first, second)] == ["Re: The printer burns"] * 3
        assert second["In-Reply-To"] == "<more@carl.example>"
        assert second["References"].split() == [
            "<fire@carl.example>",
            received["Message-ID"],
            first["Message-ID"],
            "<more@carl.example>",
        ]

    def test_what_staff_keep_to_themselves_is_no_part_of_it(self, ticket, ana, carl, send_all, sink, came_as):
        held = reply(ticket, by=carl, content="From a stranger")
        held.published_at = None
        came_as(ticket, "<stranger@x.example>", "Hello", held)
        reply(ticket, by=ana, content="Use water.")
        send_all()

        assert b"stranger@x" not in sink.last.raw

    def test_a_long_one_keeps_its_first_mail_and_the_latest(self, ticket, ana, carl, sink, send_all, came_as):
        for turn in range(30):
            came_as(ticket, f"<{turn}@carl.example>", "Re", reply(ticket, by=carl, content=f"{turn}"))
        reply(ticket, by=ana, content="Use water.")
        send_all()
        references = sink.last.message["References"].split()

        assert len(references) == 12
        assert references[1:] == [f"<{turn}@carl.example>" for turn in range(19, 30)]

    def test_what_is_no_message_id_is_not_repeated(self, ticket, ana, sink, send_all, came_as):
        came_as(ticket, "<a@b>\r\nBcc: all@customer.example", "Hello")
        reply(ticket, by=ana, content="Use water.")
        send_all()

        assert b"Bcc" not in sink.last.raw


class TestBodies:
    def test_text_and_html_say_the_same_and_the_style_is_on_the_elements(self, answered):
        mail = answered(
            Writing(html="<p>Use <b>water</b></p><ul><li>much</li></ul><blockquote>It burns</blockquote>")
        )

        assert "Use water" in mail.text
        assert "* much" in mail.text
        assert "<b>water</b>" in mail.html
        assert "<blockquote style=" in mail.html
        assert mail.message.get_content_type() == "multipart/alternative"

    def test_letters_of_any_script_arrive_in_both(self, answered):
        mail = answered(f"{LETTERS}\nline two")

        assert f"{LETTERS}\nline two" in mail.text.replace("\r", "")
        assert LETTERS in mail.html

    def test_a_dot_alone_on_a_line_and_long_lines_survive(self, answered):
        mail = answered("one\n.\n..two\n" + "x" * 5000)

        assert "one\n.\n..two\n" + "x" * 5000 in mail.text.replace("\r", "")
        assert max(len(line) for line in mail.raw.split(b"\r\n")) < 999

    def test_the_desks_footer_is_below_both(self, answered):
        change_settings(footer="Harbour street 1\nMon <to> Fri")
        mail = answered()

        assert mail.text.replace("\r", "").endswith(
            "-- \nTest desk\nhttp://desk.example\nHarbour street 1\nMon <to> Fri\n"
        )
        assert "Mon &lt;to&gt; Fri" in mail.html


class TestFiles:
    def test_files_travel_with_the_answer_byte_by_byte(self, answered):
        content = bytes(range(256)) * 10
        mail = answered("See here.", uploads=[Upload(f"{LETTERS} plan.bin", io.BytesIO(content))])
        (file,) = mail.message.iter_attachments()

        assert file.get_filename() == f"{LETTERS} plan.bin"
        assert file.get_content() == content

    @pytest.mark.parametrize(
        "kind", ["message/rfc822", "multipart/mixed", "x", "text/plain; charset=utf-8", "TEXT/html"]
    )
    def test_files_of_any_kind_travel_byte_by_byte(self, ticket, ana, sink, send_all, kind):
        comment = reply(ticket, by=ana, content="See here.")
        content = b"Subject: x\n\nbody \xff\r\n.\r\n"
        blob = save(io.BytesIO(content), filename="mail.eml")
        file = Attachment(
            comment_id=comment.id,
            sha256=blob.sha256,
            filename="mail.eml",
            content_type=kind,
            size=len(content),
        )
        db.session.add(file)
        db.session.flush()
        send_all()
        (part,) = sink.last.message.iter_attachments()

        assert part.get_payload(decode=True) == content

    def test_what_is_too_large_for_a_mail_is_named_instead(self, answered, monkeypatch):
        monkeypatch.setattr(composing, "MOST_ATTACHED", 100)
        files = [Upload("large.txt", io.BytesIO(b"x" * 200)), Upload("small.txt", io.BytesIO(b"y" * 50))]
        mail = answered("See here.", uploads=files)

        assert [file.get_filename() for file in mail.message.iter_attachments()] == ["small.txt"]
        assert "large.txt: too large for a mail" in mail.text
        assert "large.txt: too large for a mail" in mail.html

    def test_pictures_stand_where_they_were_put(self, ticket, ana, sink, send_all):
        comment = reply(ticket, by=ana, content="Look here.")
        blob = save(io.BytesIO(PNG), filename="fire.png")
        picture = Attachment(
            comment_id=comment.id,
            sha256=blob.sha256,
            filename="fire.png",
            content_type="image/png",
            size=len(PNG),
            is_inline=True,
        )
        db.session.add(picture)
        db.session.flush()
        comment.content_html = f'<p>Look here: <img src="/files/{picture.public_id}" alt="the fire"></p>'
        send_all()
        page = sink.last.message.get_body(("related", "html"))
        (shown,) = [part for part in sink.last.message.walk() if part.get_content_type() == "image/png"]

        assert page is not None
        assert f'src="cid:{shown["Content-ID"].strip("<>")}"' in sink.last.html
        assert shown.get_content() == PNG
        assert shown.get_content_disposition() == "inline"
        assert "/files/" not in sink.last.html

    def test_a_picture_that_does_not_fit_is_told_by_name(self, ticket, ana, sink, send_all):
        comment = reply(ticket, by=ana, content="Look here.")
        comment.content_html = '<p>Look here: <img src="/files/abcdefghijklmnop" alt="the fire"></p>'
        send_all()

        assert "Look here: [the fire]" in sink.last.html


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)
