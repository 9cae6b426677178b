"""Tests of helpdesk.web.assets and of what stands in static/."""

import gzip
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.core.assets import assets_dir
from helpdesk.web.assets import (
    STYLESHEETS,
    JoinedStylesheet,
    asset_url,
    icon_names,
    import_map,
    stylesheet_url,
)

STATIC = assets_dir("static")


def test_every_stylesheet_is_in_the_cascade_once():
    on_disk = {
        str(path.relative_to(STATIC / "css").with_suffix("")) for path in (STATIC / "css").rglob("*.css")
    }

    assert sorted(STYLESHEETS) == sorted(on_disk)


def test_the_stylesheet_is_one_file_that_may_be_kept_for_ever(bare: Flask):
    with bare.test_request_context("/"):
        url = stylesheet_url()
    answer = bare.test_client().get(url)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.data.startswith(b"/* Order of the layers")
    undated = re.sub(rb"\?v=[0-9a-f]+", b"", answer.data)
    assert all((STATIC / "css" / f"{name}.css").read_bytes() in undated for name in STYLESHEETS)


def test_pictures_of_the_stylesheet_are_named_by_their_bytes(bare: Flask):
    with bare.test_request_context("/"):
        styles = bare.test_client().get(stylesheet_url()).text

    pictures = set(re.findall(r'url\("([^"]+)"\)', styles))

    assert pictures
    for picture in pictures:
        name, _, version = picture.partition("?v=")
        assert sha256((STATIC / name).read_bytes()).hexdigest().startswith(version)
        assert "immutable" in bare.test_client().get(f"/static/{picture}").headers["Cache-Control"]


def test_the_stylesheet_is_packed_for_those_who_unpack(bare: Flask):
    with bare.test_request_context("/"):
        url = stylesheet_url()
    plain = bare.test_client().get(url)
    packed = bare.test_client().get(url, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 33_000


def test_the_stylesheet_answers_head_without_a_body_and_refuses_post(bare: Flask):
    with bare.test_request_context("/"):
        url = stylesheet_url()

    assert bare.test_client().head(url).data == b""
    assert bare.test_client().post(url).status_code == 405


def test_another_byte_is_another_address(tmp_path: Path):
    for name in STYLESHEETS:
        sheet = tmp_path / "css" / f"{name}.css"
        sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet.write_text(f"/* {name} */")
    before = JoinedStylesheet(tmp_path).filename
    (tmp_path / "css" / "base.css").write_text("/* changed */")

    assert JoinedStylesheet(tmp_path).filename != before


@pytest.mark.parametrize("filename", ["img/icons.svg", "vendor/htmx/htmx.esm.min.js"])
def test_files_carry_the_digest_of_their_bytes(bare: Flask, filename: str):
    with bare.test_request_context("/"):
        url = asset_url(filename)
    answer = bare.test_client().get(url)

    assert url.endswith(f"?v={sha256((STATIC / filename).read_bytes()).hexdigest()[:12]}")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_modules_share_a_folder_named_by_the_bytes_of_all(bare: Flask):
    paths = sorted((STATIC / "js").glob("*.js"))
    version = sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]
    with bare.test_request_context("/"):
        folder = import_map()["imports"]["js/"]

    assert folder == f"/static/js-{version}/"
    for path in paths:
        answer = bare.test_client().get(folder + path.name)
        assert answer.data == path.read_bytes()
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert "immutable" in answer.headers["Cache-Control"]


def test_what_modules_import_is_in_the_import_map(bare: Flask):
    with bare.test_request_context("/"):
        named = set(import_map()["imports"])
    modules = sorted((STATIC / "js").glob("*.js"))
    imported = {
        name
        for path in modules
        for name in re.findall(r'^import .*?"([^"]+)";', path.read_text(), flags=re.MULTILINE)
    }

    assert imported <= named | {f"js/{path.name}" for path in modules}


def test_behaviours_are_small():
    assert {
        path.name for path in (STATIC / "js").glob("*.js") if len(path.read_text().splitlines()) > 160
    } == set()


def test_vendored_files_are_those_that_were_pinned():
    vendor = STATIC / "vendor"
    pinned = dict(reversed(line.split()) for line in (vendor / "CHECKSUMS").read_text().splitlines())
    present = {str(path.relative_to(vendor)): path for path in vendor.rglob("*") if path.is_file()}
    del present["CHECKSUMS"]

    assert {name: sha256(path.read_bytes()).hexdigest() for name, path in present.items()} == pinned


def test_icons_used_in_templates_exist(bare: Flask):
    with bare.app_context():
        known = set(icon_names())
    used = {
        name
        for path in assets_dir("templates").rglob("*.html")
        for name in re.findall(r'\bicon(?:\(|=)"([\w-]+)"', path.read_text())
    }

    assert used - known - {"status-", "priority-"} == set()


def test_styles_obey_the_content_security_policy():
    """No address but those of our own pictures, no import, nothing that turns text into style."""
    styles = "\n".join(path.read_text() for path in (STATIC / "css").rglob("*.css"))

    assert re.findall(r'@import|url\((?!"img/[\w.-]+"\))|expression\(', styles) == []


def test_styles_are_logical():
    """Left and right mirror with the script: only their logical names are used."""
    physical = (
        r"^\s*(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|width|height)\s*:"
    )
    found = [
        (path.name, line.strip())
        for path in sorted((STATIC / "css").rglob("*.css"))
        for line in path.read_text().splitlines()
        if re.match(physical, line)
    ]

    assert found == []


def test_the_import_map_is_json(bare: Flask):
    with bare.test_request_context("/"):
        assert json.loads(json.dumps(import_map()))["imports"]["htmx"].startswith("/static/vendor/htmx/")
