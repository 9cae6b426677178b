"""Colours as numbers: sRGB, OKLCH and the contrast that WCAG 2 measures; no colour of ours in particular."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import atan2, cos, degrees, hypot, radians, sin

STEP = 0.001
"""How finely lightness is searched: less than an eye tells apart."""

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def normal_hex(text: str) -> str:
    """`#rrggbb` in small letters, from what people type. Raises ValueError for what is no colour."""
    found = _HEX.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no colour in hex")
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(each * 2 for each in digits))


def luminance(color: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2)."""
    red, green, blue = _linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, from 1 to 21 (WCAG 2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@dataclass(frozen=True, slots=True)
class Oklch:
    """A colour by lightness (0 to 1), chroma and hue in degrees, as the style sheets write it."""

    lightness: float
    chroma: float
    hue: float

    @classmethod
    def of(cls, color: str) -> "Oklch":
        """The same colour as `#rrggbb`. Matrices: Björn Ottosson, “A perceptual color space for image processing”."""
        red, green, blue = _linear(color)
        long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
        medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
        short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        return cls(lightness, hypot(a, b), degrees(atan2(b, a)) % 360)

    @property
    def hex(self) -> str:
        """As `#rrggbb`; what no screen shows loses chroma until one does."""
        chroma = self.chroma
        while chroma > 0 and not _is_shown(channels := self._linear(chroma)):
            chroma -= 0.002
        channels = self._linear(max(chroma, 0))
        return "#" + "".join(f"{round(255 * _gamma(min(max(each, 0), 1))):02x}" for each in channels)

    def with_lightness(self, lightness: float) -> "Oklch":
        return replace(self, lightness=min(max(lightness, 0), 1))

    def darker_until(self, passes: Callable[[str], bool]) -> str:
        """The lightest that passes, from this one downwards, as `#rrggbb`; black where none does."""
        return self._until(passes, -STEP)

    def lighter_until(self, passes: Callable[[str], bool]) -> str:
        """The darkest that passes, from this one upwards, as `#rrggbb`; white where none does."""
        return self._until(passes, STEP)

    def _until(self, passes: Callable[[str], bool], step: float) -> str:
        tried = self
        while 0 < tried.lightness < 1 and not passes(tried.hex):
            tried = tried.with_lightness(tried.lightness + step)
        return tried.hex

    def _linear(self, chroma: float) -> tuple[float, float, float]:
        a, b = chroma * cos(radians(self.hue)), chroma * sin(radians(self.hue))
        long = (self.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (self.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (self.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )


def _linear(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _ungamma(red), _ungamma(green), _ungamma(blue)


def _ungamma(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


def _is_shown(channels: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= each <= 1.0005 for each in channels)
