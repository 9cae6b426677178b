"""Differences between two values: nothing is lost, nothing is added, and what is alike is not marked."""

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.web.audit_diff import MOST_WORDS, Part, of_texts

WORDS = st.lists(
    st.sampled_from(["the", "red", "lock", "of", "Zoë's", "door", "—", " ", "\n", "日本"]), max_size=12
)
TEXTS = WORDS.map(" ".join) | st.text(max_size=40)


def joined(parts):
    return "".join(part.text for part in parts)


@given(TEXTS, TEXTS)
def test_both_texts_are_whole(old, new):
    before, after = of_texts(old, new)

    assert (joined(before), joined(after)) == (old, new)


@given(TEXTS, TEXTS)
def test_what_is_not_marked_is_the_same_on_both_sides(old, new):
    before, after = of_texts(old, new)

    assert [each.text for each in before if not each.differs] == [
        each.text for each in after if not each.differs
    ]


@given(TEXTS)
def test_the_same_text_has_no_mark(text):
    assert not any(part.differs for side in of_texts(text, text) for part in side)


def test_the_words_that_changed_are_marked():
    before, after = of_texts("The red lock of door 2", "The blue lock of door 12")

    assert before == [Part("The "), Part("red ", True), Part("lock of door "), Part("2", True)]
    assert after == [Part("The "), Part("blue ", True), Part("lock of door "), Part("12", True)]


def test_texts_with_little_in_common_are_marked_as_a_whole():
    assert of_texts("All doors are shut", "Nobody came, we waited") == (
        [Part("All doors are shut", True)],
        [Part("Nobody came, we waited", True)],
    )


def test_very_long_texts_are_not_compared_word_by_word():
    old = "word " * MOST_WORDS

    assert of_texts(old, old + "more") == ([Part(old, True)], [Part(old + "more", True)])
