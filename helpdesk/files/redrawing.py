"""Pictures as they are shown: drawn anew from their pixels. Whatever else was in the file reaches nobody's browser."""

import io
import math
import threading
from typing import Any, BinaryIO

from PIL import Image, ImageOps, ImageSequence

from helpdesk.files.types import MOST_PIXELS, RASTER

MOST_SHOWN = 6_000_000
"""Pixels of a shown picture; a larger one is shown smaller."""
MOST_FRAMES = 200
OPTIONS: dict[str, dict[str, int]] = {
    "PNG": {"compress_level": 3},
    "JPEG": {"quality": 88},
    "GIF": {},
    "WEBP": {"quality": 88, "method": 2},
}
_one_at_a_time = threading.Lock()  # each may need a few hundred megabytes for a moment


def drawn_anew(content: BinaryIO) -> bytes | None:
    """The same picture in the same format: upright, without comments, places, profiles and all that is no pixel.

    None for what cannot be drawn to its end. A film too long to be drawn is shown by its first picture.
    """
    try:
        with _one_at_a_time, Image.open(content, formats=list(RASTER)) as picture:
            kind = str(picture.format)
            width, height = picture.size
            if width * height > MOST_PIXELS:
                return None
            frames = _frames(picture)
            made = io.BytesIO()
            if len(frames) > 1:
                durations = [int(frame.info.get("duration", 100)) for frame in frames]
                film: dict[str, Any] = {"append_images": frames[1:], "duration": durations, "loop": 0}
                frames[0].save(made, kind, save_all=True, **film, **OPTIONS[kind])
            else:
                frames[0].save(made, kind, **OPTIONS[kind])
            return made.getvalue()
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError):
        return None  # what its readers raise on nonsense


def _frames(picture: Image.Image) -> list[Image.Image]:
    count = getattr(picture, "n_frames", 1)
    width, height = picture.size
    if count == 1 or count > MOST_FRAMES or count * width * height > MOST_PIXELS:
        picture.draft("RGB", _bounds(picture.size))  # a JPEG is read smaller at once
        return [_plain(ImageOps.exif_transpose(picture))]
    return [
        _plain(frame, duration=frame.info.get("duration", 100)) for frame in ImageSequence.Iterator(picture)
    ]


def _plain(picture: Image.Image, **info: int) -> Image.Image:
    """A copy of the pixels, at most MOST_SHOWN of them, and nothing beside."""
    mode = picture.mode if picture.mode in ("L", "RGB", "RGBA") else "RGBA"
    if picture.format == "JPEG" or picture.mode in ("CMYK", "YCbCr"):
        mode = "L" if picture.mode == "L" else "RGB"
    pixels = picture.convert(mode)
    if _bounds(pixels.size) != pixels.size:
        pixels = pixels.resize(_bounds(pixels.size), reducing_gap=2.0)
    pixels.info.clear()
    for name, value in info.items():
        pixels.info[name] = value
    return pixels


def _bounds(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    if width * height <= MOST_SHOWN:
        return size
    scale = math.sqrt(MOST_SHOWN / (width * height))
    return max(1, int(width * scale)), max(1, int(height * scale))
