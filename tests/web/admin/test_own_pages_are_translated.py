"""Settings, branding, roles, the system page and the search speak the reader's language, also where they refuse."""

import re

import pytest

from helpdesk.settings.catalogue import change_settings
from helpdesk.web.admin.branding import OURS
from tests.support.readable import untranslated

# a colour, a size and values of a server are written the same in every language
THE_SAME_EVERYWHERE = re.compile(rf"{OURS}|[\d.,]+ [kMGT]?B|bytes|on|off|[\d.]+")


def forgotten(page):
    return [words for words in untranslated(page.html) if not THE_SAME_EVERYWHERE.fullmatch(words)]


@pytest.fixture
def changed(acting):
    """A desk whose settings all differ from their defaults, with values that are no words."""
    with acting("ada"):
        change_settings(
            desk_name="7",
            footer="7",
            reopen_days=30,
            answer_within_hours=4,
            allows_guests=False,
            accent_color="#6d28d9",
        )


@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/admin?q=reopen",
        "/admin?q=777",
        "/admin/settings",
        "/admin/branding",
        "/admin/branding/preview?accent_color=%23ffd400",
        "/admin/branding/preview?accent_color=7",
        "/admin/roles",
        "/admin/system",
    ],
)
def test_every_word_is_translated(as_ada, pseudo, changed, path):
    page = as_ada.get(path)

    assert page.status == 200
    assert forgotten(page) == []


@pytest.mark.parametrize(
    "path, fields",
    [
        ("/admin/settings/requests", {"reopen_days": "7777", "answer_within_hours": "-1"}),
        ("/admin/settings/desk", {"base_url": "7", "time_zone": "7", "locale": "7"}),
        ("/admin/branding", {"desk_name": "", "accent_color": "#ffd400"}),
    ],
)
def test_refusals_are_translated_too(as_ada, pseudo, changed, path, fields):
    page = as_ada.post(path, fields)

    assert page.status == 422
    assert forgotten(page) == []
