"""Fields of our own: what has to be typed before a deed that cannot be undone."""

import pytest
from wtforms import Form

from helpdesk.web.form_fields import TypedConfirmationField, is_typed


class Sample(Form):
    typed = TypedConfirmationField()


@pytest.mark.parametrize("text", ["Acme Inc", "acme inc", "  Acme   Inc ", "ACME INC", "Ａｃｍｅ Inc"])
def test_a_name_is_typed_whatever_its_case_and_spaces(text):
    assert is_typed(text, "Acme Inc")


@pytest.mark.parametrize("text", ["", "Acme", "Acme Inc.", "AcmeInc"])
def test_anything_else_is_not_the_name(text):
    assert not is_typed(text, "Acme Inc")


@pytest.mark.parametrize("text", ["1284", "1,284", "1.284", "1 284", " 1284 ", "1\u202f284"])
def test_a_number_is_typed_grouped_or_not(text):
    assert is_typed(text, 1284)


@pytest.mark.parametrize("text", ["", "1285", "-1284", "all", "①"])
def test_another_number_is_not(text):
    assert not is_typed(text, 1284)


@pytest.mark.parametrize("expected", [None, ""])
def test_where_nothing_is_expected_nothing_confirms(expected):
    assert not is_typed("", expected)
    assert not is_typed("None", expected)


def test_a_wrong_word_is_answered_with_what_to_type(app):
    with app.test_request_context():
        form = Sample(data={"typed": "Akme"})
        form.typed.expected = "Acme"

        assert not form.validate()
        assert form.typed.errors == ["This is not the same. Nothing was done: type Acme."]


def test_the_page_says_what_to_type(render):
    form = Sample()
    form.typed.expected = 1284
    html = render("{{ typed_confirmation(form.typed) }}", "typed_confirmation:typed_confirmation", form=form)

    assert 'To go on, type <b class="what"><bdi>1,284</bdi></b>' in html
    assert 'inputmode="numeric"' in html
    assert 'autocomplete="off"' in html
