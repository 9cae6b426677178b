"""The catalogue: every setting has its words, only allowed values get in, nobody's change is lost unseen."""

from dataclasses import asdict
from functools import partial

import pytest
from sqlalchemy import select

from helpdesk.settings.catalogue import (
    OPTIONS,
    BadSetting,
    ChangedMeanwhile,
    Desk,
    Group,
    change_seen,
    change_settings,
    clean,
    is_changed,
    load_desk,
    options_of,
    reset_setting,
)
from helpdesk.settings.models import Setting
from tests.support.at_once import at_once
from tests.support.real_desk import RealDesk

HARD_TO_READ = (
    "Text in or on #ffd400 is hard to read: its contrast is 1.2, and 4.5 is needed. "
    "The nearest colour that passes is #826b04."
)


def names(work):
    return set(work.scalars(select(Setting.name)))


def test_every_setting_of_a_page_says_what_it_is():
    shown = [option for option in OPTIONS.values() if option.group is not Group.INTERNAL]

    assert all(option.label and option.help for option in shown)
    assert len({option.label for option in shown}) == len(shown)


def test_every_default_is_one_of_the_values_allowed():
    for name, value in asdict(Desk()).items():
        assert clean(name, value) == value


@pytest.mark.parametrize(
    "name, value, kept",
    [
        ("desk_name", " Velorna\r\nSupport ", "Velorna Support"),
        ("base_url", "https://help.example.com/", "https://help.example.com"),
        ("base_url", " ", ""),
        ("time_zone", "Europe/Vienna", "Europe/Vienna"),
        ("reopen_days", "30", 30),
        ("reopen_days", " 7 ", 7),
        ("accent_color", "0A5EFE", "#0a5efe"),
        ("accent_color", "", ""),
        ("footer", "Mon to Fri\r\n9 to 5\x00 ", "Mon to Fri\n9 to 5"),
    ],
)
def test_what_is_typed_becomes_a_value(name, value, kept):
    assert clean(name, value) == kept


@pytest.mark.parametrize(
    "name, value, sentence",
    [
        ("desk_name", "  ", "Give the desk a name."),
        ("desk_name", "x" * 81, "Write 80 characters at most; these are 81."),
        ("desk_name", 7, "Write text."),
        ("base_url", "javascript:alert(1)", "Write a web address, such as https://help.example.com."),
        ("base_url", "https://a@b.example", "Write a web address, such as https://help.example.com."),
        ("time_zone", "Mars/Olympus", "There is no time zone “Mars/Olympus”."),
        ("locale", "xx", "Choose one of those that are offered."),
        ("reopen_days", "soon", "Write a whole number from 0 to 3,650."),
        ("reopen_days", -1, "Write a whole number from 0 to 3,650."),
        ("reopen_days", True, "Write a whole number from 0 to 3,650."),
        ("allows_guests", "yes", "Choose yes or no."),
        ("accent_color", "blue", "Write the colour as six digits after #, such as #3a4fd0."),
        ("accent_color", "#ffd400", HARD_TO_READ),
        ("is_set_up", "yes", "This cannot be kept."),
        ("colour", "red", "There is no setting “colour”."),
    ],
)
def test_what_is_not_allowed_says_why(name, value, sentence):
    with pytest.raises(BadSetting) as refusal:
        clean(name, value)

    assert (refusal.value.name, refusal.value.sentence) == (name, sentence)


def test_a_setting_goes_back_to_its_default(work):
    change_settings(reopen_days=30, footer="Ask us.")
    assert is_changed(load_desk(), "reopen_days")

    reset_setting("reopen_days")
    reset_setting("accent_color")

    assert load_desk().reopen_days == Desk().reopen_days
    assert not is_changed(load_desk(), "reopen_days")
    assert "reopen_days" not in names(work)
    assert load_desk().footer == "Ask us."


@pytest.mark.parametrize("name", ["is_set_up", "demo_user_ids", "nonsense"])
def test_what_is_on_no_page_cannot_be_reset(work, name):
    with pytest.raises(BadSetting):
        reset_setting(name)


def test_a_page_saves_what_was_changed_on_it_and_leaves_the_rest(work):
    before = names(work)

    change_seen(
        {"reopen_days": "30", "answer_within_hours": "0"}, seen={"reopen_days": 14, "answer_within_hours": 0}
    )

    assert load_desk().reopen_days == 30
    assert names(work) - before == {"reopen_days"}


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(work):
    change_settings(reopen_days=30)

    change_seen(
        {"reopen_days": 14, "answer_within_hours": 4}, seen={"reopen_days": 14, "answer_within_hours": 0}
    )
    assert (load_desk().reopen_days, load_desk().answer_within_hours) == (30, 4)

    with pytest.raises(ChangedMeanwhile) as refusal:
        change_seen({"reopen_days": 7}, seen={"reopen_days": 14})
    assert refusal.value.name == "reopen_days"
    assert load_desk().reopen_days == 30


def test_two_with_the_same_wish_do_not_get_in_each_others_way(work):
    change_settings(reopen_days=30)

    change_seen({"reopen_days": 30}, seen={"reopen_days": 14})

    assert load_desk().reopen_days == 30


def test_every_group_of_a_page_has_settings():
    assert all(options_of(group) for group in Group)


def test_of_two_at_once_the_second_is_told(own_app):
    desk = RealDesk(own_app)

    def change(days):
        try:
            with desk.doing("ada"):
                change_seen({"reopen_days": days}, seen={"reopen_days": 14})
        except ChangedMeanwhile:
            return "told"
        return "saved"

    answers = at_once([partial(change, days) for days in (20, 21, 22, 23)])

    assert sorted(answers) == ["saved", "told", "told", "told"]
