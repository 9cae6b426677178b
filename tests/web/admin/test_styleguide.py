"""Tests of /admin/styleguide: the page behind the browser tests, where administrators find it."""

from tests.support.browser import Browser


def test_an_administrator_sees_every_component(as_ada: Browser):
    page = as_ada.get("/admin/styleguide")

    assert page.status == 200
    assert "Add internal note" in page.text
    assert 'aria-current="page"' in page.html


def test_a_customer_finds_no_styleguide(as_carl: Browser):
    assert as_carl.get("/admin/styleguide").status == 404
