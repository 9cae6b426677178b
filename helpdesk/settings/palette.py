"""From one colour of the desk to all that the design needs of it, in both themes, readable in each.

The colour itself is what buttons of the light theme are filled with. It has to carry white words and to be read as
a link; the rest follows from it. The surfaces are those of static/css/tokens/colour.css: a test compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from helpdesk.settings.colours import Oklch, contrast

ENOUGH = 4.5
"""The contrast that words need (WCAG 2.2, 1.4.3)."""
GLYPH = 3.0
"""The contrast that signs and the ring around what is focused need (WCAG 2.2, 1.4.11)."""
FILL = 4.9
"""What white words have on buttons of the dark theme: light enough to stand out from the surfaces by GLYPH."""

ON_ACCENT = Oklch(0.995, 0.002, 268).hex
LIGHT_SURFACES: Mapping[str, str] = {
    "paper-0": Oklch(1, 0, 0).hex,
    "paper-50": Oklch(0.973, 0.004, 85).hex,
    "paper-100": Oklch(0.952, 0.005, 85).hex,
}
DARK_SURFACES: Mapping[str, str] = {
    "paper-850": Oklch(0.272, 0.007, 70).hex,
    "paper-925": Oklch(0.21, 0.005, 70).hex,
    "paper-950": Oklch(0.182, 0.005, 70).hex,
    "paper-1000": Oklch(0.152, 0.004, 70).hex,
}


@dataclass(frozen=True, slots=True)
class Palette:
    """The tokens of one theme by name, each `#rrggbb`."""

    light: Mapping[str, str]
    dark: Mapping[str, str]

    def stylesheet(self, scope: str = ":root") -> str:
        """The tokens as CSS, for everything below `scope`."""
        lines = [f"    --{name}: light-dark({self.light[name]}, {self.dark[name]});\n" for name in self.light]
        return f"@layer tokens {{\n  {scope} {{\n{''.join(lines)}  }}\n}}\n"


def weakest(color: str) -> float:
    """The least contrast it would have: of white words on it, or of itself as a link in the light theme."""
    return min(contrast(color, other) for other in (ON_ACCENT, *LIGHT_SURFACES.values()))


def is_readable(color: str) -> bool:
    return weakest(color) >= ENOUGH


@lru_cache(maxsize=64)
def nearest_readable(color: str) -> str:
    """The same hue, as light as it can be read; the colour itself where it can."""
    return color if is_readable(color) else Oklch.of(color).darker_until(is_readable)


@lru_cache(maxsize=64)
def palette(color: str) -> Palette:
    """All tokens of a colour that is readable."""
    seen = Oklch.of(color)
    return Palette(light=_light(color, seen), dark=_dark(seen))


def _light(color: str, seen: Oklch) -> dict[str, str]:
    away = -1 if seen.lightness > 0.3 else 1  # what is nearly black has to get lighter under the pointer
    soft = _shade(seen, 0.944, 0.14)
    selected = _shade(seen, 0.972, 0.065)
    grounds = [*LIGHT_SURFACES.values(), soft, selected]
    return {
        "accent": color,
        "accent-hover": seen.with_lightness(seen.lightness + 0.06 * away).hex,
        "accent-pressed": seen.with_lightness(seen.lightness + 0.11 * away).hex,
        "accent-text": seen.darker_until(lambda tried: _on_all(tried, grounds, ENOUGH)),
        "accent-soft": soft,
        "accent-line": _shade(seen, 0.82, 0.42),
        "accent-mark": color,
        "on-accent": ON_ACCENT,
        "focus": color,
        "selected": selected,
        "selected-hover": _shade(seen, 0.955, 0.11),
    }


def _dark(seen: Oklch) -> dict[str, str]:
    fill = Oklch.of(
        Oklch(0.75, seen.chroma, seen.hue).darker_until(lambda tried: contrast(tried, ON_ACCENT) >= FILL)
    )
    soft, selected = _shade(seen, 0.305, 0.34), _shade(seen, 0.262, 0.2)
    selected_hover = _shade(seen, 0.288, 0.23)
    grounds = [*DARK_SURFACES.values(), soft, selected, selected_hover]
    text = Oklch(0.79, min(seen.chroma * 0.6, 0.12), seen.hue)
    mark = Oklch(0.69, min(seen.chroma * 0.8, 0.16), seen.hue)
    return {
        "accent": fill.hex,
        "accent-hover": fill.with_lightness(fill.lightness - 0.025).hex,
        "accent-pressed": fill.with_lightness(fill.lightness - 0.055).hex,
        "accent-text": text.lighter_until(lambda tried: _on_all(tried, grounds, ENOUGH)),
        "accent-soft": soft,
        "accent-line": _shade(seen, 0.43, 0.55),
        "accent-mark": mark.lighter_until(lambda tried: _on_all(tried, grounds, GLYPH)),
        "on-accent": ON_ACCENT,
        "focus": Oklch(0.74, min(seen.chroma * 0.75, 0.15), seen.hue).hex,
        "selected": selected,
        "selected-hover": selected_hover,
    }


def _shade(seen: Oklch, lightness: float, share: float) -> str:
    """A surface or line of the colour's hue, with a share of its chroma."""
    return Oklch(lightness, min(seen.chroma, 0.22) * share, seen.hue).hex


def _on_all(color: str, grounds: list[str], ratio: float) -> bool:
    return all(contrast(color, ground) >= ratio for ground in grounds)
