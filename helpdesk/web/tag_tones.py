"""Tags have any colour; pages have six tones. The nearest one by hue."""

from colorsys import rgb_to_hsv
from functools import lru_cache

GREYISH = 0.15  # saturation below which a colour is none
HUES = ((15, "red"), (70, "amber"), (165, "green"), (200, "teal"), (290, "ink"), (360, "red"))


@lru_cache(maxsize=1_000)  # the colours of a desk
def tone_of(color: str) -> str:
    """red, amber, green, teal, ink or grey for a colour such as #6b6b6b."""
    red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, saturation, _value = rgb_to_hsv(red, green, blue)
    if saturation < GREYISH:
        return "grey"
    return next(tone for limit, tone in HUES if hue * 360 <= limit)
