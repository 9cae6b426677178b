"""Branding: what is chosen here is seen on every page, by everybody; what cannot be read is not taken."""

import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.audit.models import AuditLog
from helpdesk.core.db import db
from helpdesk.settings.catalogue import change_settings, load_desk
from tests.support.statements import counted_statements

URL = "/admin/branding"
INK = (58, 79, 208)


def picture(width=64, height=64):
    made = BytesIO()
    Image.new("RGB", (width, height), INK).save(made, "PNG")
    made.seek(0)
    return made


@pytest.fixture
def desk(acting):
    """The settings as they are now."""

    def look():
        with acting("ada"):
            return load_desk()

    return look


@pytest.fixture
def send(as_ada):
    """Send the form as the page would have been filled in."""

    def post(**fields):
        filled = {"desk_name": "Test desk", "accent_color": "", "footer": "", **fields}
        return as_ada.post(URL, filled, content_type="multipart/form-data")

    return post


@pytest.fixture
def branded(acting):
    """A desk with a face of its own."""
    with acting("ada"):
        change_settings(accent_color="#6d28d9", footer="Harbour street 1\nMon to Fri")


def errors(page):
    return re.findall(r'class="error"[^>]*>.*?<span>([^<]*)</span>', page.html)


def own_stylesheet(page):
    (found,) = re.findall(r'<link rel="stylesheet" href="(/brand/[^"]+)">', page.html)
    return found


def test_name_colour_and_footer_are_seen_by_everybody(send, desk, as_nobody, as_carl, as_ana):
    assert send(desk_name="Velorna", accent_color="6D28D9", footer="Harbour street 1").location == URL

    assert (desk().desk_name, desk().accent_color, desk().footer) == (
        "Velorna",
        "#6d28d9",
        "Harbour street 1",
    )
    addresses = set()
    for page in (as_nobody.get("/login"), as_carl.get("/portal/tickets"), as_ana.get("/agent/queues/mine")):
        assert page.status == 200
        assert "Velorna" in page.text
        addresses.add(own_stylesheet(page))
    assert len(addresses) == 1
    assert "Harbour street 1" in as_nobody.get("/login").text
    assert "Harbour street 1" in as_carl.get("/portal/tickets").text


def test_the_style_sheet_is_kept_for_ever_under_an_address_of_its_own(branded, as_nobody):
    address = own_stylesheet(as_nobody.get("/login"))
    answer = as_nobody.get(address)

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "--accent: light-dark(#6d28d9, " in answer.html


@pytest.mark.parametrize(
    "address", ["/brand/000000000000.css", "/brand/x.css", f"/brand/{'0' * 64}.png", "/brand/x.png"]
)
def test_other_addresses_have_nothing(branded, as_nobody, address):
    assert as_nobody.get(address).status == 404


def test_a_desk_without_a_colour_has_no_style_sheet_of_its_own(as_nobody):
    assert "/brand/" not in as_nobody.get("/login").html


@pytest.mark.parametrize(
    "fields, sentence",
    [
        (
            {"accent_color": "#ffd400"},
            "Text in or on #ffd400 is hard to read: its contrast is 1.2, and 4.5 is needed.",
        ),
        ({"accent_color": "red"}, "Write the colour as six digits after #, such as #3a4fd0."),
        (
            {"accent_color": "#fff;} body{display:none"},
            "Write the colour as six digits after #, such as #3a4fd0.",
        ),
        ({"desk_name": " "}, "Give the desk a name."),
        ({"footer": "x" * 501}, "Write 500 characters at most; these are 501."),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_saved(send, desk, fields, sentence):
    before = desk()

    page = send(**{"desk_name": "Other", **fields})

    assert page.status == 422
    assert [each for each in errors(page) if each.startswith(sentence)] != []
    assert desk() == before


def test_a_colour_that_cannot_be_read_comes_with_the_nearest_that_can(send, as_ada, desk):
    refused = send(accent_color="#ffd400", footer="Ask us.")
    assert "Below you see #826b04, the nearest that passes." in refused.text
    assert 'name="use" value="#826b04"' in refused.html

    offered = send(accent_color="#ffd400", footer="Ask us.", use="#826b04")
    assert offered.status == 200
    assert 'value="#826b04"' in offered.html
    assert "Ask us." in offered.html
    assert desk().accent_color == ""

    assert send(accent_color="#826b04").status == 303
    assert desk().accent_color == "#826b04"


def test_a_preview_saves_nothing_and_shows_both_themes(send, as_ada, desk):
    page = send(accent_color="#6d28d9", desk_name="Typed", preview="1")

    assert page.status == 200
    assert 'value="Typed"' in page.html
    assert desk().desk_name == "Test desk"
    (sheet,) = re.findall(r'href="(/admin/branding/preview/[^"]+)"', page.html)
    answer = as_ada.get(sheet)
    assert answer.status == 200
    assert ".brand-preview {" in answer.html
    assert "Contrast: " in page.text


@pytest.mark.parametrize("color", ["ffd400-x", "6d28d9-000000000000", "fff-x", "..-x", "6d28d9-"])
def test_a_preview_of_anything_else_is_not_there(as_ada, color):
    assert as_ada.get(f"/admin/branding/preview/{color}.css").status == 404


def test_while_somebody_types_the_preview_answers_alone(as_ada):
    page = as_ada.get("/admin/branding/preview?accent_color=%23ffd400")

    assert page.html.lstrip().startswith('<div class="brand-look"')
    assert "#826b04" in page.text
    assert "Write the colour" in as_ada.get("/admin/branding/preview?accent_color=blue").text


def test_a_square_logo_stands_before_the_name_and_in_the_tab(send, desk, as_nobody):
    assert send(logo=(picture(), "logo.png")).status == 303

    page = as_nobody.get("/login")
    address = f"/brand/{desk().logo_sha256}.png"
    assert f'<link rel="icon" href="{address}" type="image/png">' in page.html
    assert f'<img src="{address}" width="64" height="64" alt="">' in page.html
    assert "Test desk" in page.text
    answer = as_nobody.get(address)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_wide_logo_stands_instead_of_the_name(send, desk, as_carl):
    send(logo=(picture(256, 64), "logo.png"))

    page = as_carl.get("/portal/tickets")
    assert f'src="/brand/{desk().logo_sha256}.png" width="256" height="64" alt="Test desk"' in page.html
    assert "favicon.svg" in page.html


def test_our_own_mark_comes_back(send, desk, as_nobody):
    send(logo=(picture(), "logo.png"))
    old = f"/brand/{desk().logo_sha256}.png"

    send(without_logo="y")

    assert desk().logo_sha256 == ""
    assert as_nobody.get(old).status == 404
    assert "favicon.svg" in as_nobody.get("/login").html


def test_a_drawing_in_svg_is_refused_and_what_was_typed_stays(send, desk):
    drawing = BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")

    page = send(logo=(drawing, "logo.svg"), desk_name="Typed", accent_color="#6d28d9")

    assert page.status == 422
    assert errors(page) == [
        "This is not a picture we can show. Choose a PNG, JPEG, WebP or GIF file; SVG does not work."
    ]
    assert 'value="Typed"' in page.html
    assert (desk().desk_name, desk().accent_color, desk().logo_sha256) == ("Test desk", "", "")


def test_a_setting_of_the_brand_goes_back_to_its_default(branded, as_ada, desk):
    assert (
        as_ada.post("/admin/settings/accent_color/reset").location == "/admin/branding#setting-accent_color"
    )

    assert desk().accent_color == ""


def test_each_change_is_in_the_audit_trail(send, acting):
    send(desk_name="Velorna", logo=(picture(), "logo.png"))

    with acting("ada") as ada:
        last = select(AuditLog).where(AuditLog.table_name == "settings", AuditLog.user_id == ada.id)
        changed = db.session.scalars(last).all()
    assert len(changed) == 2


def test_what_people_write_cannot_leave_its_place(send, as_nobody):
    hostile = '"><script>alert(1)</script>'
    send(desk_name=hostile, footer=hostile, logo=(picture(256, 64), "logo.png"))

    assert "<script>alert(1)" not in as_nobody.get("/login").html


def test_it_takes_the_permission(as_ana, permitted):
    permitted("ana", Permission.MANAGE_PEOPLE)

    assert as_ana.get(URL).status == 403
    assert as_ana.post(URL, {"desk_name": "x"}).status == 403
    assert as_ana.get("/admin/branding/preview?accent_color=%236d28d9").status == 403


@pytest.mark.parametrize("path", [URL, "/admin/branding/preview?accent_color=%236d28d9"])
def test_it_costs_few_statements(branded, as_ada, path):
    with counted_statements() as seen:
        as_ada.get(path)

    assert len(seen) <= 8


def test_the_brand_costs_pages_nothing(branded, as_nobody, acting):
    with counted_statements() as with_brand:
        as_nobody.get("/login")
    with acting("ada"):
        change_settings(accent_color="", footer="")
    with counted_statements() as without:
        as_nobody.get("/login")

    assert len(with_brand) == len(without)
