"""Tests of templates/components: what a macro says, to the eye and to the ear."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from markupsafe import Markup
from wtforms import BooleanField, Form, MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from helpdesk.core import clock
from helpdesk.tickets.models import TicketPriority, TicketStatus

Render = Callable[..., str]


class Sample(Form):
    title = StringField("Title", [InputRequired("Give it a title.")], description="One line")
    words = TextAreaField("Your answer")
    kind = RadioField("Kind", choices=[SelectChoice("a", "First"), SelectChoice("b", "Second")])
    is_urgent = BooleanField("It is urgent")
    files = MultipleFileField("Attachments")


def test_an_icon_is_decoration_unless_it_is_named(render: Render):
    assert 'aria-hidden="true"' in render('{{ icon("lock") }}', "icon:icon")
    assert 'role="img" aria-label="Internal"' in render('{{ icon("lock", label="Internal") }}', "icon:icon")


def test_an_icon_that_does_not_exist_is_an_error(render: Render):
    with pytest.raises(LookupError, match="no icon “blob”"):
        render('{{ icon("blob") }}', "icon:icon")


def test_arrows_turn_with_the_script(render: Render):
    assert 'class="icon sm turns"' in render('{{ icon("chevron-left", "sm") }}', "icon:icon")
    assert "turns" not in render('{{ icon("clock") }}', "icon:icon")


def test_a_button_of_one_icon_has_a_name(render: Render):
    html = render('{{ button("More", icon="more", icon_only=True, type="button") }}', "button:button")

    assert 'aria-label="More"' in html
    assert 'class="button square"' in html


def test_a_deed_is_a_form_with_the_sign_of_our_pages(render: Render):
    html = render('{{ act("Take", "/takings", fields={"version": 3}) }}', "act:act")

    assert '<form class="act" method="post" action="/takings" data-once>' in html
    assert 'name="csrf_token"' in html
    assert '<input type="hidden" name="version" value="3">' in html


def test_what_people_wrote_is_escaped(render: Render):
    for source, file in [
        ("{{ tag(text) }}", "tag:tag"),
        ("{{ badge(text) }}", "badge:badge"),
        ("{{ who(text, text) }}", "who:who"),
        ("{{ banner(text, title=text) }}", "banner:banner"),
        ("{{ file(text, 3) }}", "file:file"),
    ]:
        assert "<script" not in render(source, file, text="<script>alert(1)</script>")


def test_a_wrong_field_says_so_to_the_ear(render: Render):
    form = Sample()
    form.validate()
    html = render("{{ field(form.title) }}", "field:field", form=form)

    assert 'aria-describedby="title-hint title-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="title-error"' in html
    assert "Give it a title." in html
    assert "optional" not in html
    assert "required" in html


def test_a_field_that_may_stay_empty_says_optional(render: Render):
    assert "optional" in render("{{ field(form.words) }}", "field:field", form=Sample())
    assert "optional" not in render("{{ field(form.words, optional=False) }}", "field:field", form=Sample())


def test_text_fields_follow_the_direction_of_what_is_written(render: Render):
    assert 'dir="auto"' in render("{{ field(form.words) }}", "field:field", form=Sample())


@pytest.mark.parametrize("name", ["kind", "is_urgent", "files", "words", "title"])
def test_every_kind_of_field_shows_its_error(render: Render, name: str):
    form = Sample()
    form[name].errors = ["Not like this."]

    html = render("{{ field(form[name]) }}", "field:field", form=form, name=name)

    assert "Not like this." in html
    assert f'id="{name}-error"' in html


def test_choices_are_one_group_with_a_name(render: Render):
    html = render('{{ choices(form.kind, hints={"a": "The usual one"}) }}', "choices:choices", form=Sample())

    assert '<legend class="label">Kind</legend>' in html
    assert "The usual one" in html


def test_files_can_be_chosen_together_and_know_their_limits(render: Render):
    html = render(
        "{{ file_input(form.files, max_files=3, max_bytes=5000000) }}", "file_input:file_input", form=Sample()
    )

    assert "multiple" in html
    assert 'data-max-files="3"' in html
    assert "Up to 3 files, 5 MB together" in html


@pytest.mark.parametrize("status", TicketStatus)
def test_a_status_has_a_shape_and_a_word(render: Render, status: TicketStatus):
    html = render("{{ status(it) }}", "status:status", it=status)

    assert "#status-" in html
    assert render("{{ it|label }}", it=status) in html


def test_a_bare_status_keeps_its_word_for_the_ear(render: Render):
    html = render('{{ status("resolved", bare=True) }}', "status:status")

    assert '<span class="visually-hidden">Resolved</span>' in html
    assert 'title="Resolved"' in html


def test_customers_read_their_own_words(render: Render):
    html = render('{{ status("waiting_on_customer", words="customer") }}', "status:status")

    assert "Waiting for your answer" in html
    assert "Waiting on customer" not in html


@pytest.mark.parametrize("priority", TicketPriority)
def test_a_priority_has_a_shape_and_a_word(render: Render, priority: TicketPriority):
    assert f"#priority-{priority}" in render("{{ priority(it) }}", "priority:priority", it=priority)
    assert "priority</span>" in render("{{ priority(it, bare=True) }}", "priority:priority", it=priority)


def test_a_deadline_is_late_soon_later_or_rests(render: Render):
    now = clock.now()
    draw = "{{ due(it, is_overdue=late, is_paused=paused) }}"

    def due(moment: object, *, late: bool = False, paused: bool = False) -> str:
        return render(draw, "due:due", it=moment, late=late, paused=paused)

    assert 'class="due late"' in due(now - timedelta(hours=1), late=True)
    assert 'class="due soon"' in due(now + timedelta(minutes=5, seconds=5))
    assert 'class="due"' in due(now + timedelta(days=3))
    assert "Paused" in due(now + timedelta(minutes=5), paused=True)
    assert "Overdue" in due(None, late=True)
    assert due(None) == ""


def test_a_time_carries_the_exact_moment(render: Render):
    moment = clock.now() - timedelta(minutes=4, seconds=10)
    html = render("{{ time(it) }}{{ time(none) }}", "time:time", it=moment)

    assert f'datetime="{moment.isoformat(timespec="seconds")}"' in html
    assert 'data-relative="relative"' in html
    assert "4 min ago" in html
    assert html.count("<time") == 1


def test_a_note_says_that_customers_never_see_it(render: Render):
    draw = '{{ message(kind, "Jonas", now, body, "m1") }}'
    note, reply, question = (
        render(draw, "message:message", kind=kind, now=clock.now(), body=Markup("<p>Hello</p>"))
        for kind in ("note", "reply", "customer")
    )

    assert "customers never see this" in note
    assert 'aria-label="Internal note by Jonas"' in note
    assert "customers never see this" not in reply + question
    assert 'class="message staff"' in reply
    assert 'aria-label="Message from Jonas"' in question


def test_mail_that_did_not_arrive_is_told_in_the_message(render: Render):
    draw = '{{ message("reply", "Ines", now, "", "m1", failed="Their mailbox is full.") }}'

    assert "Not delivered." in render(draw, "message:message", now=clock.now())


def test_the_composer_sends_a_reply_or_a_note_without_any_script(render: Render):
    marta = {"kind": "to", "email": "marta@x.example", "name": "Marta", "is_chosen": True, "change": "new"}
    html = render(
        '{{ composer("/replies", "/notes", "key-1", recipients=recipients) }}',
        "composer:composer",
        recipients={"chips": [marta], "typed": {}, "gone": ["Dan"], "is_open": False},
    )

    assert 'action="/replies"' in html
    assert 'formaction="/notes"' in html
    assert 'name="submission_key" value="key-1"' in html
    assert 'enctype="multipart/form-data"' in html
    assert '<input type="checkbox" name="to" value="marta@x.example" checked>' in html
    assert "−<bdi>Dan</bdi>" in html


def test_the_composer_keeps_what_was_refused(render: Render):
    draw = '{{ composer("/r", "/n", "k", content="Half a sentence", mode="note", error="Too long.") }}'
    html = render(draw, "composer:composer")

    assert "Half a sentence</textarea>" in html
    assert 'value="note" checked' in html
    assert 'aria-describedby="composer-error"' in html


def test_the_first_status_is_what_sending_does(render: Render):
    statuses = [("waiting_on_customer", "Waiting", "waiting"), ("resolved", "Resolved", "resolved")]
    html = render(
        '{{ composer("/r", "/n", "k", statuses=statuses) }}', "composer:composer", statuses=statuses
    )

    assert '<button class="button primary" type="submit" name="status" value="waiting_on_customer">' in html
    assert 'name="status" value="resolved"' in html


def test_a_pager_without_pages_is_not_there(render: Render):
    assert render("{{ pager() }}", "pager:pager") == ""
    assert 'href="/older"' in render('{{ pager(older_url="/older") }}', "pager:pager")


def test_a_tag_can_be_taken_off_by_a_form_of_its_own(render: Render):
    html = render('{{ tag("lock", "red", remove_url="/tags/1/removal") }}', "tag:tag")

    assert 'action="/tags/1/removal"' in html
    assert 'aria-label="Remove lock"' in html


def test_a_sorted_column_says_how(render: Render):
    assert 'aria-sort="ascending"' in render('{{ column("Name", "/s", "ascending") }}', "column:column")
    assert "aria-sort" not in render('{{ column("Name", "/s") }}', "column:column")


def test_good_news_floats_and_errors_stay(bare: Flask):
    from flask import flash, render_template_string

    with bare.test_request_context("/"):
        flash("Saved.")
        flash("Two files were left out.", "error")
        html = render_template_string('{% from "components/flashes.html" import flashes %}{{ flashes() }}')

    stays, floats = html.split('id="toasts"')
    assert "Two files were left out." in stays
    assert 'role="alert"' in stays
    assert "Saved." in floats


def test_every_component_can_be_imported(bare: Flask):
    for name in bare.jinja_env.list_templates(filter_func=lambda name: name.startswith("components/")):
        assert bare.jinja_env.get_template(name).module


SHOWN = [
    'class="composer"', 'class="letter"', 'class="event"', "<dialog", 'class="filter"', 'class="pager"',
    'class="facts"', 'class="tabs"', 'class="segments"', 'type="file"', 'class="toast"', "<progress",
]  # fmt: skip


@pytest.mark.parametrize("sign", SHOWN)
def test_the_styleguide_shows_every_component(bare: Flask, sign: str):
    """What nobody can look at is not finished."""
    assert sign in bare.test_client().get("/styleguide").text
