"""The logo: any common picture becomes a small PNG of our own writing; everything else is refused with a sentence."""

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import select

from helpdesk.files import references
from helpdesk.files.models import Blob
from helpdesk.files.store import store
from helpdesk.settings import logos
from helpdesk.settings.catalogue import BadSetting, load_desk
from helpdesk.settings.logos import logo_of, take_off, wear

INK = (58, 79, 208, 255)


def picture(width, height, color=INK, kind="PNG", **options):
    made = BytesIO()
    mode = "RGBA" if kind in ("PNG", "WEBP") else "RGB"
    Image.new(mode, (width, height), color[: len(mode)]).save(made, kind, **options)
    made.seek(0)
    return made


def with_empty_edges(color):
    made, canvas = BytesIO(), Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    canvas.paste(color, (50, 50, 150, 150))
    canvas.putpixel((60, 60), (0, 0, 0, 0))
    canvas.save(made, "PNG")
    made.seek(0)
    return made


def worn():
    found = logo_of(load_desk().logo_sha256)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_common_kind_becomes_a_small_png(work, kind):
    wear(picture(1200, 1200, kind=kind), filename="logo")

    logo = worn()
    assert (logo.width, logo.height, logo.is_wide) == (192, 192, False)
    with store().open(logo.sha256) as content:
        assert content.read(8) == b"\x89PNG\r\n\x1a\n"


def test_a_wide_one_keeps_its_shape(work):
    wear(picture(1200, 300), filename="logo.png")

    logo = worn()
    assert (logo.width, logo.height, logo.is_wide) == (768, 192, True)


def test_nothing_hidden_in_the_file_is_kept(work):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    came = picture(64, 64, pnginfo=notes)
    assert b"<script>" in came.getvalue()

    wear(came, filename="logo.png")

    with store().open(worn().sha256) as content:
        assert b"<script>" not in content.read()


@pytest.mark.parametrize(
    "color, plate", [((20, 20, 20, 255), "dark"), ((250, 250, 250, 255), "light"), ((220, 60, 40, 255), "")]
)
def test_one_that_would_vanish_gets_a_ground_of_its_own(work, color, plate):
    wear(with_empty_edges(color), filename="logo.png")

    logo = worn()
    assert (logo.plate, logo.width) == (plate, 100)


def test_one_that_brings_its_own_ground_needs_none(work):
    wear(picture(64, 64, (255, 255, 255, 255)), filename="logo.png")

    assert worn().plate == ""


@pytest.mark.parametrize(
    "file, sentence",
    [
        (BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "This is not a picture we can show."),
        (BytesIO(b""), "This is not a picture we can show."),
        (BytesIO(picture(64, 64).getvalue()[:60]), "This is not a picture we can show."),
        (picture(16, 16), "A logo has to be at least 24 pixels wide and high."),
        (picture(5000, 1000), "A logo may be 4,096 pixels wide or high at most."),
        (picture(700, 100), "A logo may be square, or up to 6 times as wide as it is high."),
        (picture(100, 200), "A logo may be square, or up to 6 times as wide as it is high."),
        (BytesIO(b"x" * 2_000_001), "A logo may have 2 MB at most."),
    ],
)
def test_what_is_no_logo_is_refused_with_a_sentence(work, file, sentence):
    with pytest.raises(BadSetting, match=sentence.replace(".", r"\.")) as refusal:
        wear(file, filename="logo")

    assert refusal.value.name == logos.NAME
    assert load_desk().logo_sha256 == ""


def test_the_file_store_knows_that_it_is_needed(work):
    wear(picture(64, 64), filename="logo.png")
    sha256 = worn().sha256

    assert work.scalars(select(Blob.sha256).where(references.is_needed())).all() == [sha256]

    take_off()

    assert load_desk().logo_sha256 == ""
    assert work.scalars(select(Blob.sha256).where(references.is_needed())).all() == []


def test_one_whose_file_is_missing_is_not_shown(work):
    wear(picture(80, 80), filename="logo.png")
    sha256 = load_desk().logo_sha256
    store().delete(sha256)

    assert logo_of(sha256) is None
