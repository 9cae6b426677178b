"""Search over settings and pages: by name, help and other words, and it leads to the very field."""

import re

import pytest

from helpdesk.accounts.permissions import Permission
from helpdesk.settings.catalogue import OPTIONS, Group
from tests.support.statements import counted_statements


def found(page):
    return re.findall(r'<div class="two"><a href="([^"]+)"', page.html)


@pytest.mark.parametrize(
    "words, first",
    [
        ("reopen", "/admin/settings#setting-reopen_days"),
        ("CLOSED resolved", "/admin/settings#setting-reopen_days"),
        ("register", "/admin/settings#setting-allows_sign_up"),
        ("color", "/admin/branding#setting-accent_color"),
        ("imprint", "/admin/branding#setting-footer"),
        ("url", "/admin/settings#setting-base_url"),
        ("jobs", "/admin/jobs"),
        ("trash", "/admin/bin"),
        ("slow statements", "/admin/system"),
        ("permissions", "/admin/roles"),
    ],
)
def test_words_lead_to_the_place(as_ada, words, first):
    page = as_ada.get("/admin", query_string={"q": words})

    assert found(page)[0] == first
    assert f'value="{words}"' in page.html


def test_every_setting_is_found_by_its_own_name(as_ada):
    for name, option in OPTIONS.items():
        if option.group is not Group.INTERNAL:
            page = as_ada.get("/admin", query_string={"q": option.label})
            assert found(page)[0].endswith(f"#setting-{name}")


def test_the_place_a_setting_is_found_at_is_there(as_ada):
    for name, option in OPTIONS.items():
        if option.group is not Group.INTERNAL:
            (address,) = {
                each
                for each in found(as_ada.get("/admin", query_string={"q": option.label}))
                if each.endswith(f"-{name}")
            }
            path, anchor = address.split("#")
            assert f'id="{anchor}"' in as_ada.get(path).html


@pytest.mark.parametrize("words", ["zebra", "reopen zebra", "<script>", "x" * 500, "%00"])
def test_what_fits_nothing_says_so(as_ada, words):
    page = as_ada.get("/admin", query_string={"q": words})

    assert page.status == 200
    assert found(page) == []
    assert "Nothing is called that" in page.text


def test_nothing_typed_shows_every_page(as_ada):
    assert "Nothing is called that" not in as_ada.get("/admin?q=%20").text


def test_nobody_finds_what_their_role_does_not_open(as_ana, permitted):
    permitted("ana", Permission.READ_AUDIT)

    assert found(as_ana.get("/admin?q=reopen")) == []
    assert found(as_ana.get("/admin?q=history")) == ["/admin/audit"]


@pytest.mark.parametrize("path", ["/admin", "/admin?q=reopen"])
def test_it_costs_few_statements(as_ada, path):
    with counted_statements() as seen:
        as_ada.get(path)

    assert len(seen) <= 8
