"""The desk's own colour: whatever passes is readable in both themes, and what does not is led to what does."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.settings.colours import Oklch, contrast, luminance, normal_hex
from helpdesk.settings.palette import (
    DARK_SURFACES,
    ENOUGH,
    GLYPH,
    LIGHT_SURFACES,
    is_readable,
    nearest_readable,
    palette,
    weakest,
)

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
TOKENS = Path(__file__).parents[2] / "static/css/tokens/colour.css"


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")
    assert luminance("#808080") == pytest.approx(0.2159, abs=0.0001)


@settings(deadline=None)
@given(COLORS)
def test_a_colour_comes_back_from_oklch_as_it_went(color):
    seen = Oklch.of(color).hex

    assert all(abs(int(color[at : at + 2], 16) - int(seen[at : at + 2], 16)) <= 2 for at in (1, 3, 5))


@pytest.mark.parametrize(
    "typed, color", [("#3A4FD0", "#3a4fd0"), (" 3a4fd0 ", "#3a4fd0"), ("#0bf", "#00bbff")]
)
def test_colours_are_written_in_several_ways(typed, color):
    assert normal_hex(typed) == color


@pytest.mark.parametrize("typed", ["", "red", "#12345", "#3a4fd0;}", "url(x)", "#３a4fd0"])
def test_nothing_else_is_a_colour(typed):
    with pytest.raises(ValueError, match="no colour"):
        normal_hex(typed)


@settings(deadline=None)
@given(COLORS)
def test_the_nearest_colour_passes_and_what_passes_stays(color):
    nearest = nearest_readable(color)

    assert is_readable(nearest)
    assert weakest(nearest) >= ENOUGH
    assert nearest_readable(nearest) == nearest


@settings(deadline=None)
@given(COLORS)
def test_all_that_follows_from_a_colour_is_readable_in_both_themes(color):
    made = palette(nearest_readable(color))
    for theme, surfaces in ((made.light, LIGHT_SURFACES), (made.dark, DARK_SURFACES)):
        grounds = [*surfaces.values(), theme["accent-soft"], theme["selected"]]
        assert contrast(theme["on-accent"], theme["accent"]) >= ENOUGH
        assert contrast(theme["on-accent"], theme["accent-hover"]) >= ENOUGH
        assert contrast(theme["on-accent"], theme["accent-pressed"]) >= ENOUGH
        assert min(contrast(theme["accent-text"], ground) for ground in grounds) >= ENOUGH
        assert min(contrast(theme["accent-mark"], ground) for ground in grounds) >= GLYPH
        assert min(contrast(theme["focus"], ground) for ground in surfaces.values()) >= GLYPH


def test_the_surfaces_are_those_of_the_style_sheet():
    written = dict(re.findall(r"--(paper-\d+): (oklch\([^)]*\));", TOKENS.read_text()))
    for name, color in {**LIGHT_SURFACES, **DARK_SURFACES}.items():
        numbers = [float(each) for each in re.findall(r"[\d.]+", written[name])]
        assert Oklch(*numbers).hex == color


def test_the_style_sheet_holds_colours_and_nothing_else():
    lines = palette("#0a5efe").stylesheet().splitlines()

    assert lines[:2] == ["@layer tokens {", "  :root {"]
    assert lines[2] == "    --accent: light-dark(#0a5efe, #1462fe);"
    assert all(
        re.fullmatch(r"    --[a-z-]+: light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\);", line)
        for line in lines[2:-2]
    )
