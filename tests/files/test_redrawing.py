"""Pictures drawn anew: the same to look at, and nothing in them but pixels."""

import io
from pathlib import Path

import pytest
from PIL import Image

from helpdesk.files import redrawing
from helpdesk.files.redrawing import drawn_anew
from helpdesk.files.store import Store

HIDDEN = b"<script>alert(1)</script>"


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **options: object) -> io.BytesIO:
    content = io.BytesIO()
    Image.new(mode, size).save(content, kind, **options)
    content.write(HIDDEN)
    content.seek(0)
    return content


def drawn(content: io.BytesIO) -> Image.Image:
    made = drawn_anew(content)
    assert made is not None
    assert HIDDEN not in made
    found = Image.open(io.BytesIO(made))
    found.load()
    return found


@pytest.mark.parametrize(
    "kind, mode",
    [
        *(("PNG", mode) for mode in ("RGB", "RGBA", "L", "LA", "P", "1", "I;16")),
        *(("JPEG", mode) for mode in ("RGB", "L", "CMYK")),
        *(("GIF", mode) for mode in ("RGB", "L", "P", "1")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA", "L")),
    ],
)
def test_format_and_size_stay(kind: str, mode: str) -> None:
    found = drawn(picture(kind, mode))

    assert (found.format, found.size) == (kind, (40, 30))


def test_where_and_with_what_it_was_taken_goes() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker", 6  # lies on its side
    found = drawn(picture("JPEG", exif=exif, comment=HIDDEN))

    assert dict(found.getexif()) == {}
    assert (found.size, "comment" in found.info) == ((30, 40), False)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_film_stays_a_film_unless_it_is_too_long(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Image.new("RGB", (20, 20), (each * 20, 0, 0)) for each in range(8)]
    content = io.BytesIO()
    frames[0].save(content, kind, save_all=True, append_images=frames[1:], duration=60)
    content.seek(0)

    assert getattr(drawn(content), "n_frames", 1) == 8
    monkeypatch.setattr(redrawing, "MOST_FRAMES", 7)
    content.seek(0)
    assert getattr(drawn(content), "n_frames", 1) == 1


def test_a_large_one_is_shown_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redrawing, "MOST_SHOWN", 10_000)

    assert drawn(picture("PNG", size=(400, 100))).size == (200, 50)
    assert drawn(picture("JPEG", size=(400, 100))).size == (200, 50)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + HIDDEN, b"<svg/>"])
def test_what_cannot_be_drawn_is_not(content: bytes) -> None:
    assert drawn_anew(io.BytesIO(content)) is None


def test_half_a_picture_is_none() -> None:
    whole = picture("JPEG", size=(300, 300)).getvalue()

    assert drawn_anew(io.BytesIO(whole[: len(whole) // 3])) is None


def test_it_is_drawn_once_and_goes_with_its_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "files")
    kept = store.put(picture("PNG"), limit=10**6)
    times = []

    def draw(content: object) -> bytes:
        times.append(content)
        return b"drawn"

    for _ in range(2):
        shown = store.shown(kept.sha256, draw)
        assert shown is not None
        assert shown.read() == b"drawn"
    (path,) = (tmp_path / "files" / "shown").rglob(kept.sha256)

    assert len(times) == 1
    assert path.stat().st_mode & 0o077 == 0
    store.delete(kept.sha256)
    assert not path.exists()
    assert store.shown(store.put(picture("GIF"), limit=10**6).sha256, lambda _content: None) is None
