"""The desk's picture: taken from any common one made of pixels, written anew by us; and what pages know of it."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

from helpdesk.core.errors import Gone
from helpdesk.files.operations import save
from helpdesk.files.store import store
from helpdesk.files.types import RASTER
from helpdesk.settings.catalogue import BadSetting, change_settings, reset_setting
from helpdesk.settings.colours import contrast
from helpdesk.settings.palette import DARK_SURFACES, GLYPH, LIGHT_SURFACES

NAME = "logo_sha256"
LARGEST_FILE = 2_000_000
LONGEST_SIDE = 4_096
SHORTEST_SIDE = 24
SQUARE_UNTIL = 1.4
"""Times as wide as high: up to here it stands before the name, beyond it stands instead of the name."""
WIDEST = 6.0
KEPT_HEIGHT, KEPT_WIDTH = 192, 768


@dataclass(frozen=True, slots=True)
class Logo:
    """A stored logo. `plate` is the theme ("light", "dark") in which it needs a ground of its own to be seen, or ""."""

    sha256: str
    width: int
    height: int
    plate: str

    @property
    def is_wide(self) -> bool:
        return self.width > SQUARE_UNTIL * self.height


def wear(picture: BinaryIO, *, filename: str) -> None:
    """Make a picture the desk's logo. What is kept is written by us: no byte of the file that came, no note inside it.

    Raises BadSetting for what is no picture, too large, too small, or of a shape no page has room for.
    """
    written = BytesIO()
    _fitting(_read(picture)).save(written, "PNG", optimize=True)
    written.seek(0)
    change_settings(**{NAME: save(written, filename=filename).sha256})


def take_off() -> None:
    """Back to our own mark."""
    reset_setting(NAME)


def logo_of(sha256: str) -> Logo | None:
    """What there is to know of a stored logo; None where its file is missing."""
    try:
        return _looked_at(sha256)
    except (Gone, OSError):
        return None


@lru_cache(maxsize=8)
def _looked_at(sha256: str) -> Logo:
    with store().open(sha256) as content, Image.open(content, formats=["PNG"]) as picture:
        picture.load()
        return Logo(sha256, picture.width, picture.height, _plate(picture))


def _read(file: BinaryIO) -> Image.Image:
    size = file.seek(0, 2)
    file.seek(0)
    if size > LARGEST_FILE:
        raise BadSetting(NAME, f"A logo may have {LARGEST_FILE // 10**6} MB at most. Choose a smaller file.")
    try:
        with Image.open(file, formats=list(RASTER)) as picture:
            if max(picture.size) > LONGEST_SIDE:
                raise BadSetting(NAME, f"A logo may be {LONGEST_SIDE:,} pixels wide or high at most.")
            return ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise BadSetting(
            NAME,
            "This is not a picture we can show. Choose a PNG, JPEG, WebP or GIF file; SVG does not work.",
        ) from problem


def _fitting(picture: Image.Image) -> Image.Image:
    """Without empty edges, and no larger than pages need."""
    edges = picture.getchannel("A").getbbox()
    picture = picture.crop(edges) if edges else picture
    if min(picture.size) < SHORTEST_SIDE:
        raise BadSetting(NAME, f"A logo has to be at least {SHORTEST_SIDE} pixels wide and high.")
    if picture.width > WIDEST * picture.height or picture.height > SQUARE_UNTIL * picture.width:
        raise BadSetting(NAME, f"A logo may be square, or up to {WIDEST:g} times as wide as it is high.")
    picture.thumbnail((KEPT_WIDTH, KEPT_HEIGHT), Image.Resampling.LANCZOS)
    return picture


def _plate(picture: Image.Image) -> str:
    """The theme whose ground would swallow it: judged by the mean colour of what can be seen of it."""
    seen = picture.convert("RGBA")
    alpha = seen.getchannel("A")
    if alpha.getextrema()[0] == 255:  # it brings its own ground
        return ""
    # shrunk to one pixel, colours weigh by how much of them can be seen
    red, green, blue, much = seen.convert("RGBa").resize((1, 1), Image.Resampling.BOX).tobytes()
    color = "#" + "".join(f"{min(255, each * 255 // max(much, 1)):02x}" for each in (red, green, blue))
    if contrast(color, LIGHT_SURFACES["paper-50"]) < GLYPH / 2:
        return "light"
    return "dark" if contrast(color, DARK_SURFACES["paper-925"]) < GLYPH / 2 else ""
