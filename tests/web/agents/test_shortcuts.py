"""The page of the keys, their list, and what other pages say of them."""

import re

import pytest

from helpdesk.accounts.preferences import prefer
from helpdesk.accounts.shortcuts import DEFAULTS, keys_of
from helpdesk.web.agents.shortcut_words import WORDS
from tests.conftest import person_named
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

PAGE = "/agent/preferences/keys"
FORM = {f"key_{act}": keys for act, keys in DEFAULTS.items()}
CEILING = 8


def keymap(page):
    found = re.search('data-keymap="([^"]*)"', page.html)
    return dict(each.split("=", 1) for each in found[1].split()) if found else None


def test_every_act_has_words():
    assert set(WORDS) == set(DEFAULTS)


def test_own_keys_hold_on_every_page_from_then_on(as_ana, as_ben):
    answer = as_ana.post(PAGE, {**FORM, "key_reply": "q", "key_go_mine": "g x", "key_copy": ""})

    assert (answer.status, answer.location) == (303, PAGE)
    keys = keymap(as_ana.get("/agent/queues/open"))
    assert (keys["reply"], keys["go_mine"], "copy" in keys) == ("q", "gx", False)
    assert keymap(as_ben.get("/agent/queues/open"))["reply"] == "r"
    assert 'id="key_reply" name="key_reply" value="q"' in as_ana.get(PAGE).html


def test_what_is_written_beside_buttons_is_the_own_key(as_ana):
    as_ana.post(PAGE, {**FORM, "key_search": "§"})

    box = as_ana.get("/agent/queues/open").html.partition('id="find"')[2].partition("</form>")[0]
    assert ">§</kbd>" in box


def test_a_key_of_two_acts_is_refused_and_what_was_typed_is_kept(as_ana, acting):
    page = as_ana.post(PAGE, {**FORM, "key_note": "r", "key_copy": "ö"})

    assert page.status == 422
    assert "“Reply” has this key." in page.text
    assert 'value="ö"' in page.html
    with acting("ana") as ana:
        assert keys_of(ana) == DEFAULTS


@pytest.mark.parametrize("keys", ["abcd", "ab"])
def test_what_is_no_key_is_refused_at_its_field(as_ana, keys):
    page = as_ana.post(PAGE, {**FORM, "key_reply": keys})

    assert page.status == 422
    assert 'aria-describedby="key_reply-error"' in page.html


def test_one_button_brings_all_back(as_ana, acting):
    as_ana.post(PAGE, {**FORM, "key_reply": "q"})
    as_ana.post(PAGE, {**FORM, "key_reply": "!", "defaults": "1"})

    with acting("ana") as ana:
        assert keys_of(ana) == DEFAULTS


def test_the_list_names_each_key(as_ana):
    as_ana.post(PAGE, {**FORM, "key_reply": "q", "key_note": ""})
    page = as_ana.get(f"{PAGE}/list")

    assert "<html" not in page.html
    assert ">q</kbd>" in page.html.partition('data-for="reply"')[2][:120]
    assert 'data-for="note"' not in page.html


def test_without_keys_pages_say_nothing_of_them(as_ana, acting):
    with acting("ana"):
        prefer(person_named("ana"), has_shortcuts=False)

    page = as_ana.get("/agent/queues/open")

    assert keymap(page) is None
    assert "<kbd" not in page.html


def test_they_are_translated_and_cheap(as_ana, pseudo, cold):
    browser = cold(as_ana)
    with counted_statements() as statements:
        page = browser.get(PAGE)

    assert untranslated(page.html) == []
    assert untranslated(as_ana.get(f"{PAGE}/list").html) == []
    assert len(statements) <= CEILING
