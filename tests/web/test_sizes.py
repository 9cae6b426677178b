"""What a first visit costs: all styles and scripts together, packed, and never asked for again."""

import gzip
import json
import re

from flask import Flask

from helpdesk.core.assets import assets_dir
from tests.support.tally import tally

CEILING = 150_000  # bytes of styles and scripts, each packed as it is sent
YEARS_IN_SECONDS = 10 * 365 * 24 * 3600


def addresses(bare: Flask) -> list[str]:
    """Every stylesheet and module that a page of the desk names or may import."""
    page = bare.test_client().get("/styleguide").get_data(as_text=True)
    imports = re.search(r'<script type="importmap"[^>]*>(.+?)</script>', page, re.DOTALL)
    assert imports is not None
    named = re.findall(r'<link rel="stylesheet" href="([^"]+)"|<script[^>]* src="([^"]+)"', page)
    modules = json.loads(imports[1])["imports"]
    own = modules.pop("js/")
    ours = (own + path.name for path in (assets_dir("static") / "js").glob("*.js"))
    return sorted({*(style or script for style, script in named), *modules.values(), *ours})


def test_styles_and_scripts_weigh_150_kb_at_most(bare: Flask) -> None:
    sizes = {}
    for address in addresses(bare):
        answer = bare.test_client().get(address, headers={"Accept-Encoding": "gzip"})
        packed = answer.data if "Content-Encoding" in answer.headers else gzip.compress(answer.data)
        sizes[address] = len(packed)
    tally("bytes of styles and scripts, packed", sum(sizes.values()))

    assert len(sizes) > 2
    assert sum(sizes.values()) <= CEILING, sizes


def test_they_are_kept_for_ever_under_an_address_that_changes_with_them(bare: Flask) -> None:
    for address in addresses(bare):
        answer = bare.test_client().get(address)
        kept = re.search(r"max-age=(\d+)", answer.headers["Cache-Control"])

        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"], address
        assert kept is not None, address
        assert int(kept[1]) >= YEARS_IN_SECONDS, address
        assert re.search(r"[-=][0-9a-f]{12}(\.css|/[\w-]+\.js)?$", address), address
