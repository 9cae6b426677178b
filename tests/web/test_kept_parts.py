"""Parts of pages that are kept as they were drawn are those that would be drawn now, for every reader."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import force_locale
from flask_wtf.csrf import generate_csrf
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader, meta, nodes
from markupsafe import Markup

from helpdesk.core import clock
from helpdesk.mail.models import DeliveryState
from helpdesk.settings.catalogue import Desk
from helpdesk.tickets.models import TicketPriority, TicketStatus
from helpdesk.web import kept_parts, languages
from helpdesk.web.agents.bulk_bar import Keys, Offers
from helpdesk.web.agents.composer_recipients import Chip, ComposerRecipients
from helpdesk.web.agents.drafts import WaitingFile
from helpdesk.web.agents.envelopes import Envelope
from helpdesk.web.agents.ledgers import Delivery, Ledger
from helpdesk.web.agents.list_filter import Chooser
from helpdesk.web.agents.messages import Message, MessageFile
from helpdesk.web.agents.queue_rows import TagMark
from helpdesk.web.agents.rights import Rights
from helpdesk.web.agents.statuses import Choice
from helpdesk.web.file_labels import MAIL, SIGNATURE
from helpdesk.web.kept_parts import draw, kept_part
from helpdesk.web.languages import PSEUDO, look_again
from helpdesk.web.navigation import Item, Reader
from tests.support.bare import bare_app

APP = bare_app()
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NAMES = {"_", "ngettext", "csrf_token", "dict", "draw_dated", "draw_icon"}
"""What such a part may ask for beside what it is given: words, icons and the day of a moment, which nobody's request
changes, and the sign of a form, for which it gets a place.
"""
FILTERS = {
    "customer_label", "default", "escape", "field_attributes", "file_icon", "file_kind", "filesize", "initials",
    "join", "label", "length", "list", "number", "person_tone", "rejectattr", "replace", "select", "selectattr",
    "short_label", "status_look", "string", "upper", "xmlattr",
}  # fmt: skip
"""Those that know language and zone alone: none asks the clock, nor who is there."""

WORDS = st.text(alphabet='ab <>&"é', max_size=8)
PAIRS = st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple)
OFFERS = st.builds(
    Offers,
    agents=PAIRS | st.just(tuple((str(each), f"Agent {each}") for each in range(31))),
    teams=PAIRS,
    tags=st.lists(WORDS, max_size=3).map(tuple),
    keys=st.builds(Keys, *[st.sampled_from(("", "a", "g s"))] * 5),
)
CHOOSERS = st.lists(st.builds(Chooser, WORDS, WORDS, WORDS, PAIRS), max_size=3).map(tuple)
COUNTS = st.none() | st.integers(0, 12_345)
ITEMS = st.lists(st.builds(Item, WORDS, WORDS, st.just("user"), COUNTS), max_size=3).map(tuple)
ADDRESSES = st.sampled_from(("/a", "/a?in=search&q=<b>"))
MOMENTS = st.sampled_from([clock.now() - timedelta(hours=hours) for hours in (0, 1, 13, 30, 24 * 400)])
RIGHTS = st.builds(Rights, *[st.booleans()] * 8)
RECIPIENTS = st.none() | st.builds(
    ComposerRecipients,
    chips=st.lists(
        st.builds(Chip, st.sampled_from(("to", "cc")), WORDS, WORDS, st.booleans()), max_size=2
    ).map(tuple),
    typed=st.sampled_from(((), (("cc", "<no address>"),))),
    gone=st.lists(WORDS, max_size=1).map(tuple),
)
WAITING = st.builds(WaitingFile, WORDS, WORDS, st.integers(0, 9_000), WORDS, WORDS, *[st.booleans()] * 3)
STATUSES = st.lists(st.builds(Choice, WORDS, WORDS, st.just("open")), max_size=2).map(tuple)
DELIVERIES = st.builds(
    Delivery,
    st.integers(1, 9),
    WORDS,
    st.sampled_from(DeliveryState),
    MOMENTS,
    st.integers(0, 2),
    WORDS,
    st.booleans(),
)
BODIES = st.sampled_from((Markup(), Markup("<p>Hello</p>"), Markup("a &lt; b")))
MESSAGES = st.builds(
    Message,
    kind=st.sampled_from(("customer", "reply", "note")), id=WORDS, comment_id=st.integers(1, 9), name=WORDS,
    tone=st.just("grey"), moment=MOMENTS, body=BODIES, quoted=BODIES, quoted_lines=st.integers(0, 2),
    files=st.lists(
        st.builds(
            MessageFile, WORDS, st.integers(0, 9_000), WORDS, WORDS, st.booleans(),
            st.sampled_from((None, SIGNATURE, MAIL)),
        ), max_size=2,
    ).map(tuple),
    author_id=st.integers(1, 9),
    envelope=st.builds(Envelope, WORDS, PAIRS, WORDS, WORDS, st.booleans(), WORDS, WORDS, WORDS),
    ledger=st.builds(Ledger, st.lists(DELIVERIES, max_size=2).map(tuple)),
    picture=st.none() | WORDS, is_new=st.booleans(),
)  # fmt: skip


def put(*names: str, words: st.SearchStrategy[str] = ADDRESSES) -> st.SearchStrategy[dict[str, str]]:
    """What goes into these places."""
    return st.fixed_dictionaries(dict.fromkeys(names, words))


NOTHING: st.SearchStrategy[dict[str, str]] = st.just({})
PARTS = st.one_of(
    st.tuples(st.just("agents/queues/_bulk_deeds.html"), st.tuples(OFFERS), NOTHING),
    st.tuples(st.just("agents/queues/_choosers.html"), st.tuples(CHOOSERS), NOTHING),
    st.tuples(
        st.just("agents/_find_box.html"),
        st.tuples(WORDS, WORDS, WORDS | WORDS.map(Markup), st.sampled_from(("", "/"))),
        NOTHING,
    ),
    st.tuples(
        st.just("agents/_keys.html"), PAIRS.map(lambda keys: ("/l", "/s", "/n", "/q", "/o", *keys)), NOTHING
    ),
    st.tuples(st.just("layouts/_nav_items.html"), ITEMS, NOTHING),
    st.tuples(
        st.just("layouts/_account.html"),
        st.tuples(
            st.builds(Reader, WORDS, WORDS, st.none() | WORDS, WORDS, st.none() | WORDS),
            WORDS, WORDS, WORDS, st.booleans(), WORDS,
        ),
        put("next"),
    ),
    st.tuples(
        st.just("components/composer_top.html"),
        st.tuples(
            st.sampled_from(("reply", "note")), RECIPIENTS, WORDS, st.booleans(), WORDS, st.integers(1, 3)
        ),
        NOTHING,
    ),
    st.tuples(
        st.just("components/composer_foot.html"),
        st.tuples(
            WORDS, STATUSES, st.sampled_from(("", "stay")), PAIRS, st.lists(WAITING, max_size=2).map(tuple),
            st.just(10), st.just(9_000), st.booleans(), st.booleans(),
        ),
        put("saved", "note_url", "draft_url"),
    ),
    st.tuples(
        st.just("components/kept_select.html"),
        st.tuples(
            WORDS, PAIRS, WORDS, WORDS, WORDS, WORDS | WORDS.map(Markup),
            st.sampled_from(((), (("required", True),))),
        ),
        NOTHING,
    ),
    st.tuples(st.just("agents/tickets/_rename.html"), st.just(()), put("title", "action", words=WORDS)),
    st.tuples(
        st.just("agents/tickets/_deeds.html"),
        st.tuples(RIGHTS),
        put("take", "resolve", "reopen", "rename", "close", "spam", "deletion"),
    ),
    st.tuples(
        st.just("agents/tickets/_resolve_next.html"), st.just(()), put("number", "here", "resolve", words=WORDS)
    ),
    st.tuples(
        st.just("agents/tickets/_property.html"),
        st.tuples(
            st.just("status"), st.sampled_from(TicketStatus), st.just(""), WORDS, PAIRS, WORDS, st.booleans()
        )
        | st.tuples(
            st.just("priority"), st.sampled_from(TicketPriority), st.just(""), WORDS, PAIRS, WORDS, st.booleans()
        )
        | st.tuples(st.sampled_from(("assignee", "team")), WORDS, WORDS, WORDS, PAIRS, WORDS, st.booleans()),
        NOTHING,
    ),
    st.tuples(
        st.just("agents/tickets/_property_panel.html"),
        st.tuples(WORDS, *[st.booleans()] * 3),
        put(
            "status", "priority", "assignee", "team", "seen_due", "due_field", "due", "action",
            words=WORDS | WORDS.map(Markup),
        ),
    ),
    st.tuples(
        st.just("agents/tickets/_tag_panel.html"),
        st.tuples(st.lists(st.builds(TagMark, WORDS, WORDS), max_size=2).map(tuple), st.booleans()),
        put("action", "known_url"),
    ),
    st.tuples(
        st.just("agents/tickets/_watcher_panel.html"),
        st.tuples(
            st.lists(st.tuples(st.integers(1, 3), WORDS), max_size=2).map(tuple), st.integers(1, 3),
            *[st.booleans()] * 4,
        ),
        put("colleagues", "action", words=WORDS | WORDS.map(Markup)),
    ),
    st.tuples(
        st.just("agents/tickets/_message.html"),
        st.tuples(MESSAGES, st.booleans(), st.booleans()),
        put("send_url", "block_url", "unblock_url"),
    ),
)  # fmt: skip
READERS = st.tuples(
    st.sampled_from(("UTC", "Asia/Tokyo")), st.sampled_from(("en", "de")), st.sampled_from((None, PSEUDO))
)


def read_by(zone: str, language: str, words: NullTranslations | None):
    """The next reader of this request: they read dates in a zone and a language, and words ours or accented."""
    look_again()
    g.desk = Desk(time_zone=zone)
    with force_locale(language):
        kept_part("layouts/_nav_items.html")
    if words:
        g.translations = words


def kept_templates() -> set[str]:
    sources = (
        APP.jinja_env.loader.get_source(APP.jinja_env, name)[0] for name in APP.jinja_env.list_templates()
    )
    return {name for source in sources for name in re.findall(r'kept_part\("([^"]+)"', source)}


@settings(deadline=None)
@given(part=PARTS, readers=st.lists(READERS, min_size=2, max_size=4))
def test_what_is_kept_is_what_each_reader_would_be_drawn(part, readers):
    name, values, there = part
    template = APP.jinja_env.get_template(name)
    with APP.test_request_context("/"):
        for reader in readers * 2:
            read_by(*reader)
            assert kept_part(name, *values, **there) == draw(template, *values, **there)


def test_readers_of_other_languages_and_rights_have_parts_of_their_own():
    nothing = Offers(
        is_bin=False, can_change=False, can_delete=False, can_write=False, has_lost=False, agents=(), teams=(),
        tags=(), keys=Keys(),
    )  # fmt: skip
    rights = ("is_bin", "can_change", "can_delete", "can_write", "has_lost")
    others = [nothing, *(replace(nothing, **{right: True}) for right in rights if right != "is_bin")]
    with APP.test_request_context("/"):
        drawn = set()
        for words in (None, PSEUDO):
            for offers in others:
                read_by("UTC", "en", words)
                drawn.add(kept_part("agents/queues/_bulk_deeds.html", offers))
    assert len(drawn) == 2 * len(others) - 1  # where nothing is offered there are no words to translate


def test_numbers_are_written_as_each_reader_writes_them():
    items = (Item("Mine", "/mine", "user", 12_345),)
    with APP.test_request_context("/"):
        drawn = []
        for language in ("en", "de"):
            read_by("UTC", language, None)
            drawn.append(kept_part("layouts/_nav_items.html", *items))
    assert "12,345" in drawn[0]
    assert drawn[0] != drawn[1]


def test_markup_inside_of_a_value_is_never_taken_for_text_that_reads_alike():
    def chosen(words: str) -> Markup:
        return kept_part("agents/queues/_choosers.html", (Chooser("name", words, "", ()),))

    with APP.test_request_context("/"):
        with pytest.raises(TypeError):
            chosen(Markup("<i>"))
        assert "&lt;i&gt;" in chosen("<i>")
        assert "&lt;i&gt;" in chosen(Markup("<i>"))


def test_text_and_markup_that_read_alike_are_kept_apart():
    with APP.test_request_context("/"):
        for words, is_escaped in (("<i>", True), (Markup("<i>"), False), ("<i>", True)):
            assert ("&lt;i&gt;" in kept_part("agents/_find_box.html", "/s", "/o", words, "")) is is_escaped


def test_what_may_change_later_is_not_kept():
    with APP.test_request_context("/"), pytest.raises(TypeError):
        kept_part("layouts/_nav_items.html", [Item("Mine", "/mine")])


def test_every_kept_part_is_drawn_by_these_tests():
    drawn: set[str] = set()

    @settings(
        derandomize=True, max_examples=500, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(part=PARTS)
    def look(part):
        drawn.add(part[0])

    look()
    assert drawn == kept_templates()


def test_forms_of_a_kept_part_have_the_sign_of_who_reads_it():
    rights = Rights(*[True] * 8)
    urls = dict.fromkeys(("take", "resolve", "reopen", "rename", "close", "spam", "deletion"), "/")
    signs, drawn = [], []
    for _reader in range(2):
        with APP.test_request_context("/"):
            drawn.append(kept_part("agents/tickets/_deeds.html", rights, **urls))
            signs.append(generate_csrf())
    assert signs[0] != signs[1]
    assert signs[0] in drawn[0]
    assert drawn[1] == drawn[0].replace(signs[0], signs[1])


def test_what_is_put_into_a_place_is_escaped_and_of_this_request_alone():
    with APP.test_request_context("/"):
        titles = [
            kept_part("agents/tickets/_rename.html", title=title, action="/")
            for title in ("<b>", "second", Markup("<i>"))
        ]
    assert ["&lt;b&gt;" in titles[0], "<b>" in titles[0]] == [True, False]
    assert ["second" in titles[1], "&lt;b&gt;" in titles[1]] == [True, False]
    assert "<i>" in titles[2]


def test_a_part_that_does_more_with_a_place_than_to_show_it_is_refused():
    app = Flask("parts")
    app.jinja_loader = DictLoader(
        {"cut.html": "{% macro part(name) %}{{ name|replace('-', '') }}{% endmacro %}"}
    )
    languages.init_app(app)
    kept_parts.init_app(app)
    with app.test_request_context("/"), pytest.raises(kept_parts.AlteredPlace):
        kept_part("cut.html", name="Ines")


def test_moments_in_a_kept_part_are_those_of_the_day():
    message = Message(
        kind="note", id="comment-1", comment_id=1, name="Ines", tone="ink", moment=NOON, body=Markup(), quoted=Markup(),
        quoted_lines=0, files=(), author_id=1, envelope=Envelope(), ledger=Ledger(),
    )  # fmt: skip

    def told(when: datetime) -> Markup:
        with clock.freeze(when):
            return kept_part(
                "agents/tickets/_message.html", message, True, True, send_url="", block_url="", unblock_url=""
            )

    with APP.test_request_context("/"):
        assert "<bdi>12:00</bdi>" in told(NOON)
        assert "<bdi>Yesterday, 12:00</bdi>" in told(NOON + timedelta(days=1))


@pytest.mark.parametrize("name", sorted(kept_templates()))
def test_a_kept_part_knows_nothing_of_the_request(name):
    environment, names, filters = APP.jinja_env, set(), set()
    seen, left = set(), {name}
    while left:
        each = left.pop()
        seen.add(each)
        tree = environment.parse(environment.loader.get_source(environment, each)[0])
        names |= meta.find_undeclared_variables(tree)
        filters |= {found.name for found in tree.find_all(nodes.Filter)}
        left |= {found for found in meta.find_referenced_templates(tree) if found} - seen
    assert names <= NAMES
    assert filters <= FILTERS


def test_there_are_kept_parts():
    assert {"agents/queues/_bulk_deeds.html", "layouts/_nav_items.html"} <= kept_templates()
