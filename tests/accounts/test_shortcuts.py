"""Keys of one's own: what is kept, what holds where nothing was chosen, what two acts cannot share."""

import pytest

from helpdesk.accounts.preferences import prefer, preferences_of
from helpdesk.accounts.shortcuts import DEFAULTS, NotKeys, Taken, choose_keys, keys_of


def test_no_two_acts_share_a_key_by_themselves(ana):
    choose_keys(ana, DEFAULTS)

    assert keys_of(ana) == DEFAULTS
    assert preferences_of(ana).keys == {}


def test_only_what_differs_is_kept(ana):
    choose_keys(ana, {**DEFAULTS, "reply": " q ", "note": "g  n", "help": ""})

    assert preferences_of(ana).keys == {"reply": "q", "note": "g n", "help": ""}
    assert keys_of(ana) == {**DEFAULTS, "reply": "q", "note": "g n", "help": ""}


def test_other_choices_leave_the_keys_alone(ana):
    choose_keys(ana, {"reply": "q"})
    prefer(ana, has_shortcuts=False)

    assert keys_of(ana)["reply"] == "q"


def test_two_acts_change_places(ana):
    choose_keys(ana, {"reply": "c", "note": "r"})

    assert (keys_of(ana)["reply"], keys_of(ana)["note"]) == ("c", "r")


@pytest.mark.parametrize(
    "wanted, act, other",
    [
        ({"reply": "c"}, "reply", "note"),
        ({"note": "r"}, "note", "reply"),
        ({"reply": "g"}, "reply", "go_unassigned"),  # one waits for the second key, the other does not
        ({"reply": "q", "note": "q"}, "note", "reply"),
        ({"reply": "q", "note": "q x"}, "note", "reply"),
    ],
)
def test_a_key_belongs_to_one_act(ana, wanted, act, other):
    with pytest.raises(Taken) as refusal:
        choose_keys(ana, wanted)

    assert (refusal.value.act, refusal.value.other) == (act, other)
    assert keys_of(ana) == DEFAULTS


@pytest.mark.parametrize("keys", ["ab", "a b c", "a bc", "\x07", "a \u200b"])
def test_one_character_or_two(ana, keys):
    with pytest.raises(NotKeys):
        choose_keys(ana, {"reply": keys})


def test_letters_of_any_alphabet(ana):
    choose_keys(ana, {"reply": "к", "note": "ж ж"})

    assert keys_of(ana)["reply"] == "к"


def test_acts_that_do_not_exist_have_no_key(ana):
    with pytest.raises(KeyError):
        choose_keys(ana, {"fly": "f"})


@pytest.mark.parametrize("kept", ["text", 7, [1, 2], None])
def test_what_this_program_did_not_write_counts_as_nothing(ana, kept):
    ana.preferences = {**ana.preferences, "keys": kept}

    assert keys_of(ana) == DEFAULTS
