"""Words with placeholders: which are allowed, where one is wrong, and what becomes of them in a letter."""

import pytest
from sqlalchemy import select

from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db
from helpdesk.mail.filling import Value, filled, harmless, line_of
from helpdesk.mail.models import MailPurpose, MailTemplate
from helpdesk.mail.operations.wording import change_wording, reset_wording
from helpdesk.mail.templates import (
    BadTemplate,
    Wording,
    checked,
    default_wording,
    placeholders_of,
    wording_of,
)
from helpdesk.tickets.operations import reply

RECEIVED, ANSWERED, RESET = (
    MailPurpose.TICKET_RECEIVED,
    MailPurpose.TICKET_ANSWERED,
    MailPurpose.RESET_PASSWORD,
)


class TestChecking:
    @pytest.mark.parametrize("purpose", MailPurpose)
    def test_our_own_words_pass_their_own_check(self, purpose):
        ours = default_wording(purpose)

        assert checked(purpose, subject=ours.subject, content=ours.content) == ours

    @pytest.mark.parametrize(
        "content, where",
        [
            ("Hello {nane}", "Line 1, character 7: {nane} is not known here."),
            (
                "Hello\n\nnumber {ticket_number} and {config}",
                "Line 3, character 28: {config} is not known here.",
            ),
            ("{name.__class__}", "Line 1, character 1: {name.__class__} is not known here."),
            ("{name!r} {link}", "Line 1, character 1: {name!r} is not known here."),
            ("{}", "Line 1, character 1: {} is not known here."),
            ("one {name\ntwo}", "Line 1, character 5: this brace is never closed."),
            ("{content}", "Line 1, character 1: {content} is not known here."),
        ],
    )
    def test_an_unknown_placeholder_is_refused_with_its_position(self, content, where):
        with pytest.raises(BadTemplate) as refusal:
            checked(RECEIVED, subject="x", content=content)

        assert refusal.value.field == "content"
        assert refusal.value.sentence.startswith(where)

    def test_in_the_subject_too_where_no_block_and_no_link_may_stand(self):
        for subject, where in (("Your {nmber}", "Character 6: {nmber}"), ("{link}", "Character 1: {link}")):
            with pytest.raises(BadTemplate) as refusal:
                checked(RECEIVED, subject=subject, content="x")
            assert (refusal.value.field, refusal.value.sentence.startswith(where)) == ("subject", True)

    def test_the_refusal_offers_what_there_is(self):
        with pytest.raises(BadTemplate, match=r"These are: \{greeting\}, \{name\}"):
            checked(RECEIVED, subject="x", content="{zebra}")

    @pytest.mark.parametrize("purpose, needed", [(RESET, "link"), (ANSWERED, "content")])
    def test_without_what_it_is_for_a_letter_is_refused(self, purpose, needed):
        with pytest.raises(BadTemplate, match=f"Put {{{needed}}} somewhere"):
            checked(purpose, subject="x", content="Hello")

    @pytest.mark.parametrize("subject, content", [("", "x"), (" \n ", "x"), ("x", " "), ("x", "y" * 5_001)])
    def test_nothing_and_endless_texts_are_refused(self, subject, content):
        with pytest.raises(BadTemplate):
            checked(RECEIVED, subject=subject, content=content)

    def test_doubled_braces_are_braces(self):
        words = checked(RECEIVED, subject="{{x}}", content="{{name}} is {name}")

        assert line_of(words.subject, {}) == "{x}"
        assert filled(words.content, {"name": Value("Carl")})[0] == "{name} is Carl"

    def test_whoever_has_not_shown_that_the_address_is_theirs_has_no_name(self):
        assert "name" not in placeholders_of(MailPurpose.CONFIRM_EMAIL)


class TestFilling:
    def test_what_stands_in_a_value_is_no_placeholder(self):
        text, markup = filled("{name}: {title}", {"name": Value("{title}"), "title": Value("{name}")})

        assert text == "{title}: {name}"
        assert markup == "<p>{title}: {name}</p>"

    def test_a_paragraph_without_its_link_goes_with_all_its_words(self):
        text, markup = filled("Hello\n\nRead it here:\n{link}\n\nBye", {"link": Value.link("", "Open")})

        assert text == "Hello\n\nBye"
        assert markup == "<p>Hello</p>\n<p>Bye</p>"

    def test_words_are_escaped_and_a_link_alone_is_a_button(self):
        text, markup = filled(
            "<b>{name}</b>\n\n{link}", {"name": Value("<i>"), "link": Value.link("https://x/?a&b", "Go")}
        )

        assert text == "<b><i></b>\n\nhttps://x/?a&b"
        assert markup == (
            '<p>&lt;b&gt;&lt;i&gt;&lt;/b&gt;</p>\n<p class="deed"><a href="https://x/?a&amp;b">Go</a></p>'
        )

    @pytest.mark.parametrize(
        "text, shown",
        [
            ("See https://evil.example/x now", "See […] now"),
            ("www.evil.example", "[…]"),
            ("evil.example", "evil.\u2060example"),
            ("Dr. J. R. Smith", "Dr. J. R. Smith"),
            ("Version 1.2.3", "Version 1.2.3"),
            ("javascript://x", "[…]"),
        ],
    )
    def test_names_and_titles_become_no_links(self, text, shown):
        assert harmless(text) == shown


class TestInForce:
    def test_an_administrators_words_are_used_at_once_and_the_trail_knows(
        self, ticket, ana, ada, sink, send_all
    ):
        change_wording(
            RECEIVED, subject="Got it: {ticket_number}", content="{greeting}\n\nwe have it.\n\n{link}", by=ada
        )
        send_all()

        assert sink.last.message["Subject"] == f"Got it: {ticket.ticket_number}"
        assert sink.last.text.replace("\r", "").startswith(
            "Hello Carl Customer,\n\nwe have it.\n\nhttp://desk.example/open/"
        )
        db.session.commit()
        (row,) = db.session.scalars(select(AuditLog).where(AuditLog.table_name == "mail_templates"))
        assert row.action.value == "insert"

    def test_changed_again_and_back(self, ada, work):
        change_wording(RECEIVED, subject="One", content="x", by=ada)
        change_wording(RECEIVED, subject="Two", content="y", by=ada)
        assert wording_of(RECEIVED) == Wording("Two", "y")

        reset_wording(RECEIVED, by=ada)
        assert wording_of(RECEIVED) == default_wording(RECEIVED)
        assert db.session.scalars(select(MailTemplate)).all() == []

    def test_words_that_are_ours_are_not_kept(self, ada, work):
        ours = default_wording(RECEIVED)
        change_wording(RECEIVED, subject="One", content="x", by=ada)
        change_wording(RECEIVED, subject=ours.subject, content=ours.content, by=ada)

        assert db.session.scalars(select(MailTemplate)).all() == []

    def test_an_answers_own_words_stay_whole_around_it(self, ticket, ana, ada, sink, send_all):
        change_wording(
            ANSWERED, subject="{subject}", content="Dear {name},\n\n{content}\n\nYours, {author}", by=ada
        )
        reply(ticket, by=ana, content="{link} and {name}")
        send_all()

        assert sink.last.text.replace("\r", "").startswith(
            "Dear Carl Customer,\n\n{link} and {name}\n\nYours, Ana Agent\n"
        )
