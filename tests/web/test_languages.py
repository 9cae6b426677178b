"""Tests of helpdesk.web.languages: whose language and zone a page is in, and that no word escapes translation."""

import re
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.frontend import CommandLineInterface
from flask import Flask, g, render_template_string
from flask_babel import get_locale, get_timezone, lazy_gettext
from sqlalchemy.exc import OperationalError

from helpdesk.core.assets import assets_dir
from helpdesk.settings.catalogue import Desk
from helpdesk.web.languages import (
    PSEUDO,
    choose_locale,
    choose_time_zone,
    gettext,
    html_dir,
    html_lang,
    look_again,
    ngettext,
    pseudo,
    translations,
)
from tests.support.bare import bare_app
from tests.support.readable import untranslated


class Person:
    locale: str | None = None
    time_zone: str | None = None


class Unreachable:
    @property
    def locale(self) -> str:
        raise OperationalError("select", {}, Exception("gone"))

    time_zone = locale


@pytest.fixture(scope="module")
def pseudo_app() -> Flask:
    return bare_app(HELPDESK_PSEUDO_LOCALE=True)


def test_the_persons_zone_goes_before_the_desks(bare: Flask):
    with bare.test_request_context("/"):
        assert choose_time_zone() is None
        g.desk = Desk(time_zone="Europe/Lisbon")
        assert choose_time_zone() == "Europe/Lisbon"
        g.person = Person()
        assert choose_time_zone() == "Europe/Lisbon"
        g.person.time_zone = "Asia/Tokyo"
        assert choose_time_zone() == "Asia/Tokyo"
        assert str(get_timezone()) == "Asia/Tokyo"


def test_a_language_we_do_not_speak_falls_back(bare: Flask):
    with bare.test_request_context("/", headers={"Accept-Language": "de, fr;q=0.5"}):
        g.person = Person()
        g.person.locale = "tlh"
        assert choose_locale() is None
        g.desk = Desk()
        assert choose_locale() == "en"
        assert str(get_locale()) == "en"


def test_a_person_that_cannot_be_loaded_again_does_not_stop_the_error_page(bare: Flask):
    with bare.test_request_context("/"):
        g.person, g.desk = Unreachable(), Desk(time_zone="Europe/Lisbon")
        assert choose_time_zone() == "Europe/Lisbon"


def test_the_document_says_its_language_and_direction(bare: Flask):
    with bare.test_request_context("/"):
        assert (html_lang(), html_dir()) == ("en", "ltr")
    assert choose_locale() is None
    assert (html_lang(), html_dir()) == ("en", "ltr")


@pytest.mark.parametrize("text", ["Saved", "%(count)s files, <b>all</b> of {n}", "Tickets &amp; people"])
def test_pseudo_keeps_what_programs_read(text: str):
    strange = pseudo(text)
    kept = re.findall(r"%\(\w+\)s|\{\w+\}|<[^>]+>|&\w+;", text)

    assert strange.startswith("[")
    assert strange.endswith("]")
    assert len(strange) > len(text)
    assert re.findall(r"%\(\w+\)s|\{\w+\}|<[^>]+>|&\w+;", strange) == kept


def test_pseudo_answers_for_one_and_for_many(pseudo_app: Flask):
    with pseudo_app.test_request_context("/"):
        assert gettext("Saved") == pseudo("Saved")
        assert ngettext("%(num)s file", "%(num)s files", 2).startswith("[2 f")
        assert pseudo("  ") == "  "


@pytest.mark.parametrize("spoken, said", [("en", "1,421 tickets"), ("de", "1.421 tickets")])
def test_digits_of_a_number_of_things_are_grouped(
    bare: Flask, monkeypatch: pytest.MonkeyPatch, spoken: str, said: str
):
    monkeypatch.setattr("helpdesk.web.languages.get_locale", lambda: Locale(spoken))
    with bare.test_request_context("/"):
        assert ngettext("%(num)d ticket", "%(num)d tickets", 1_421) == said
        assert ngettext("%(num)d ticket", "%(num)d tickets", 999) == "999 tickets"
        page = "{{ ngettext('%(num)d ticket', '%(num)d tickets', 1421) }}"
        assert render_template_string(page) == said


def test_untranslated_words_are_found():
    page = (
        '<p>Forgotten</p><p>[Şéëñ]</p><p dir="auto">Marta</p><a title="Also forgotten"><bdi>Ines</bdi> 12</a>'
    )

    assert untranslated(page) == ["Forgotten", "Also forgotten"]


@pytest.mark.parametrize("layout", ["agent", "admin", "portal", "lone"])
def test_every_word_of_the_layouts_is_translated(pseudo_app: Flask, layout: str):
    with pseudo_app.test_request_context("/"):
        source = (
            f'{{% extends "layouts/{layout}.html" %}}{{% block title %}}{{{{ _("Title") }}}}{{% endblock %}}'
        )
        page = render_template_string(source)

    assert [text for text in untranslated(page) if text not in NAVIGATION] == []


NAVIGATION = {"Mine", "Overdue", "People", "Audit trail", "Ines Okafor", "Velorna"}


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 413, 422, 429, 500])
def test_every_word_of_the_error_pages_is_translated(pseudo_app: Flask, status: int):
    page = pseudo_app.test_client().get(f"/errors/{status}").text

    assert untranslated(page) == []


def test_every_word_of_the_components_is_translated():
    """What stands in a macro outside of any expression would be shown as it is."""
    sources = "".join(path.read_text() for path in assets_dir("templates").glob("components/*.html"))
    without_expressions = re.sub(r"(?s)\{\{.*?\}\}", "0", re.sub(r"(</?)\{\{ \w+ \}\}", r"\1x", sources))
    only_html = re.sub(r"(?s)\{#.*?#\}|\{%.*?%\}", "", without_expressions)

    assert untranslated(only_html) == []


def test_words_of_python_and_templates_are_found_for_translators(tmp_path: Path):
    catalogue = tmp_path / "messages.pot"
    configuration = Path(__file__).parents[2] / "pyproject.toml"
    command = [
        "pybabel",
        "--quiet",
        "extract",
        "-F",
        str(configuration),
        "-o",
        str(catalogue),
        str(configuration.parent),
    ]
    CommandLineInterface().run(command)

    for words in (
        "Somebody was faster",
        "customers never see this",
        "{n} min ago",
        "Waiting for your answer",
    ):
        assert f'msgid "{words}"' in catalogue.read_text()


def test_what_is_filled_in_is_escaped_by_templates_and_our_words_are_not(bare: Flask):
    with bare.test_request_context("/"):
        source = "{{ _('<b>%(text)s</b>', text=name) }} {{ _('Fish &amp; chips') }} {{ _('100%% done') }}"
        assert render_template_string(source, name="<i>") == "<b>&lt;i&gt;</b> Fish &amp; chips 100% done"


def test_the_language_is_found_once_a_request_and_again_when_asked(bare: Flask):
    with bare.test_request_context("/"):
        assert translations() is translations()
        assert gettext("Saved") == "Saved"
        g.translations = PSEUDO
        assert gettext("Saved") == str(lazy_gettext("Saved")) == pseudo("Saved")
        assert render_template_string("{{ _('Saved') }}") == pseudo("Saved")
        look_again()
        assert gettext("Saved") == "Saved"
        assert render_template_string("{{ _('Saved') }}") == "Saved"


def test_words_outside_of_any_application_stay_as_they_are():
    assert gettext("%(count)s files", count=2) == "2 files"
