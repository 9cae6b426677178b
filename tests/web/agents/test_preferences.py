"""Preferences: what somebody who works here says about themself, what the page makes of it, what is refused."""

import io
import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import Permission
from helpdesk.accounts.preferences import AfterSend, Density, Preferences, Theme, ThreadOrder, preferences_of
from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.identity.passwords import verify_password
from helpdesk.tickets.operations import reply
from tests.conftest import person_named
from tests.support.cast import PASSWORD
from tests.support.furnished import picture
from tests.support.readable import untranslated
from tests.support.statements import counted_statements

CEILING = 8
PNG = picture().getvalue()
FORM = {
    "full_name": "Ana Agent",
    "signature": "",
    "time_zone": "",
    "locale": "",
    "theme": "system",
    "density": "comfortable",
    "thread_order": "oldest_first",
    "after_send": "stay",
    "has_shortcuts": "y",
}


@pytest.fixture
def ana_now(acting):
    """`ana_now(User.full_name)` is what is kept of her."""

    def look(*columns):
        with acting("ada"):
            found = db.session.execute(select(*columns).where(User.id == person_named("ana").id)).one()
            return found[0] if len(columns) == 1 else tuple(found)

    return look


def html_tag(page):
    return re.findall("<html[^>]*>", page.html)[0]


def sent(browser, **more):
    return browser.post("/agent/preferences", {**FORM, **more}, content_type="multipart/form-data")


class TestSaving:
    def test_everything_is_saved_with_one_button(self, as_ana, acting, ana_now):
        answer = sent(
            as_ana,
            full_name="  Ana  Best ",
            signature="Best,\r\nAna",
            time_zone="Europe/Oslo",
            locale="en",
            theme="dark",
            density="compact",
            thread_order="newest_first",
            after_send="next",
        )

        assert answer.location == "/agent/preferences"
        kept = ana_now(User.full_name, User.signature, User.time_zone, User.locale)
        assert kept == ("Ana Best", "Best,\nAna", "Europe/Oslo", "en")
        with acting("ana") as ana:
            assert preferences_of(ana) == Preferences(
                Theme.DARK, Density.COMPACT, ThreadOrder.NEWEST_FIRST, AfterSend.NEXT, has_shortcuts=True
            )
        page = as_ana.get("/agent/preferences")
        assert 'value="Ana Best"' in page.html
        assert '<option selected value="Europe/Oslo">' in page.html

    def test_an_unticked_box_is_a_no(self, as_ana, acting):
        form = {name: value for name, value in FORM.items() if name != "has_shortcuts"}
        as_ana.post("/agent/preferences", form)

        with acting("ana") as ana:
            assert preferences_of(ana).has_shortcuts is False

    def test_the_trail_tells_the_name_and_not_the_words(self, as_ana, acting):
        sent(as_ana, full_name="Ana Best", signature="Secretly yours")

        with acting("ada"):
            told = select(AuditLog.changes).where(AuditLog.table_name == "users", AuditLog.action == "update")
            changes = db.session.scalars(told.order_by(AuditLog.id)).all()
        assert changes[-1]["full_name"] == ["Ana Agent", "Ana Best"]
        assert "Secretly" not in str(changes)

    @pytest.mark.parametrize(
        "wrong, words",
        [
            ({"full_name": ""}, "Type the name customers read."),
            ({"full_name": "x" * 201}, "200"),
            ({"signature": "x" * 2001}, "2000"),
            ({"time_zone": "Mars/Base"}, "Not a valid choice"),
            ({"locale": "tlh"}, "Not a valid choice"),
            ({"theme": "pink"}, "Invalid"),
            ({"new_password": "short", "present_password": PASSWORD}, "Use at least 12 characters"),
            ({"new_password": "a much better one", "present_password": "wrong"}, "not your present password"),
            ({"new_password": "a much better one"}, "not your present password"),
            ({"present_password": PASSWORD}, "Use at least 12 characters"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_saved(self, as_ana, ana_now, wrong, words):
        page = sent(as_ana, **{"signature": "Best, Ana", **wrong})

        assert page.status == 422
        assert words in page.text
        assert "signature" in wrong or "Best, Ana</textarea>" in page.html
        assert ana_now(User.full_name, User.signature) == ("Ana Agent", "")

    def test_customers_have_no_such_page(self, as_carl, as_nobody):
        assert as_carl.get("/agent/preferences").location == "/portal/tickets"
        assert as_carl.post("/agent/preferences", FORM).status == 303
        assert as_nobody.get("/agent/preferences").location.startswith("/login")

    def test_it_is_translated_and_cheap(self, as_ana, pseudo, cold):
        browser = cold(as_ana)
        with counted_statements() as statements:
            page = browser.get("/agent/preferences")

        assert untranslated(page.html) == []
        assert len(statements) <= CEILING


class TestAppearance:
    def test_theme_and_density_are_in_the_page_before_it_is_painted(self, as_ana, as_ada):
        sent(as_ana, theme="dark", density="compact")

        for path in ("/agent/preferences", "/agent/people", "/agent/people/999999"):
            tag = html_tag(as_ana.get(path))
            assert 'data-theme="dark"' in tag
            assert 'data-density="compact"' in tag
        tag = html_tag(as_ada.get("/agent/people"))
        assert "data-chosen" in tag
        assert "data-theme" not in tag

    def test_customers_and_strangers_keep_theirs_in_the_browser(self, as_carl, as_nobody):
        assert "data-" not in html_tag(as_carl.get("/portal/tickets"))
        assert "data-" not in html_tag(as_nobody.get("/login"))

    @pytest.mark.parametrize(
        "theme, kept",
        [("dark", Theme.DARK), ("light", Theme.LIGHT), ("pink", Theme.SYSTEM), ("", Theme.SYSTEM)],
    )
    def test_the_menu_changes_the_colours_and_leads_back(self, as_ana, acting, theme, kept):
        answer = as_ana.post("/agent/preferences/theme", {"theme": theme, "next": "/agent/queues/mine?q=x"})

        assert (answer.status, answer.location) == (303, "/agent/queues/mine?q=x")
        with acting("ana") as ana:
            assert preferences_of(ana).theme is kept

    def test_it_leads_nowhere_else(self, as_ana):
        form = {"theme": "dark", "next": "//evil.example"}

        assert as_ana.post("/agent/preferences/theme", form).location == "/agent"


class TestPassword:
    def test_another_one_signs_out_everywhere_else(self, as_ana, browser, ana_now, acting):
        elsewhere = browser("ana")
        assert elsewhere.get("/agent/queues/mine").status == 200

        answer = sent(as_ana, present_password=PASSWORD, new_password="a much better one")

        assert answer.status == 303
        assert verify_password(ana_now(User.password_hash), "a much better one")
        assert as_ana.get("/agent/queues/mine").status == 200
        assert elsewhere.get("/agent/queues/mine").location.startswith("/login")
        with acting("ada"):
            ana_id = person_named("ana").id
            sessions = select(SignInSession.id).where(SignInSession.user_id == ana_id)
            assert len(db.session.scalars(sessions).all()) == 1

    def test_guesses_are_counted_as_tries_to_sign_in(self, real_desk):
        as_ana = real_desk.browser("ana")
        for _ in range(5):
            sent(as_ana, present_password="guess", new_password="a much better one")

        page = sent(as_ana, present_password=PASSWORD, new_password="a much better one")

        assert page.status == 429
        assert "Try again in" in page.text


class TestPicture:
    def test_colleagues_see_it_and_it_can_be_taken_away(
        self, as_ana, as_ben, ana_now, person_id, asked, deed
    ):
        number = asked()
        deed("ana", reply, number, content="Use water.")
        sent(as_ana, picture=(io.BytesIO(PNG), "me.png"))
        address = f"/agent/people/{person_id('ana')}/picture"

        shown = as_ben.get(address)

        assert f'src="{address}?v=' in as_ana.get("/agent/people").html
        assert f'src="{address}?v=' in as_ben.get(f"/agent/people/{person_id('ana')}").html
        thread = as_ben.get(f"/agent/tickets/{number}").html.partition('id="thread"')[2]
        assert f'src="{address}?v=' in thread
        assert shown.response.data.startswith(b"\x89PNG")
        assert shown.headers["Content-Type"] == "image/png"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert shown.headers["Cache-Control"] == "private, max-age=86400"
        sent(as_ana, without_picture="y")
        assert ana_now(User.picture_sha256) is None
        assert as_ben.get(address).status == 404

    @pytest.mark.parametrize(
        "content, words",
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a picture"),
            (b"<html><script>alert(1)</script></html>", "not a picture"),
            (b"%PDF-1.7 something", "not a picture"),
            (b"", "not a picture"),
            (PNG + b"\0" * 2_000_000, "2 MB at most"),
        ],
    )
    def test_only_small_pictures_made_of_pixels(self, as_ana, ana_now, content, words):
        page = sent(as_ana, picture=(io.BytesIO(content), "me.png"), full_name="Another")

        assert (page.status, words in page.text) == (422, True)
        assert ana_now(User.picture_sha256, User.full_name) == (None, "Ana Agent")

    def test_strangers_customers_and_others_fetch_none(
        self, as_ana, as_ben, as_carl, as_nobody, permitted, person_id
    ):
        sent(as_ana, picture=(io.BytesIO(PNG), "me.png"))
        address = f"/agent/people/{person_id('ana')}/picture"
        permitted("ben", Permission.ANSWER_TICKETS)

        assert as_carl.get(address).status == 303
        assert as_nobody.get(address).status == 303
        assert as_ben.get(address).status == 200  # a colleague, whoever's tickets one sees
        assert as_ben.get(f"/agent/people/{person_id('carl')}/picture").status == 404
