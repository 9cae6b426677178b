"""Static files: WhiteNoise in front of the application, addresses that change with the bytes, one joined stylesheet."""

import gzip
import re
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

from flask import Flask, current_app, has_request_context, request, url_for
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from whitenoise import WhiteNoise
from whitenoise.responders import NOT_ALLOWED_RESPONSE, Response

# The order of the cascade. Layers decide between files; inside a layer the later file wins.
STYLESHEETS = (
    "layers", "tokens/colour", "tokens/type", "tokens/space", "reset", "base",
    *(f"components/{name}" for name in (
        "icon", "button", "split", "link", "menu", "field", "input", "choice", "checks", "segments", "tabs", "mark",
        "tone", "badge", "status", "priority", "due", "tag", "avatar", "banner", "toast", "flashes", "copy", "card",
        "facts", "panel", "table", "pager", "empty", "progress", "dialog", "frame", "sidebar", "account", "brand",
        "topbar", "toolbar", "list_filter", "tickets", "ticket_row", "row_marks", "found", "tickets_narrow", "bulk",
        "thread", "message", "mail", "held", "prose", "file", "composer", "recipients", "editor",
        "keys", "suggestions", "tile", "plot", "contrast",
    )),
    *(f"pages/{name}" for name in (
        "queue", "ticket", "ticket_side", "requester", "sheet_form", "portal", "portal_parts", "requests", "letters",
        "lone", "admin", "drawer", "admin_lists", "trail", "error", "factors", "styleguide", "about", "preferences",
        "new_ticket", "statistics", "views",
        "settings", "branding", "system", "access", "bin", "mailboxes",
    )),
    "print", "utilities",
)  # fmt: skip

# What a page may `import` beside our own modules, by name; the import map gives each its address.
MODULES: Mapping[str, str] = {"htmx": "vendor/htmx/htmx.esm.min.js", "trix": "vendor/trix/trix.esm.min.js"}

SPRITE = "img/icons.svg"
DIGITS = 12
PICTURE = re.compile(rb'url\("(img/[\w./-]+)"\)')


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:DIGITS]


class JoinedStylesheet:
    """All parts in one file that never changes under its address; held in memory, plain and packed."""

    def __init__(self, folder: Path) -> None:
        parts = (folder / "css" / f"{name}.css" for name in STYLESHEETS)
        joined = b"\n".join(part.read_bytes() for part in parts)
        # pictures of the style sheet may be kept for ever, as it is itself
        self.content = PICTURE.sub(lambda found: self._dated(folder, found[1].decode()), joined)
        self.packed = gzip.compress(self.content, mtime=0)
        self.filename = f"app-{digest(self.content)}.css"

    def _dated(self, folder: Path, name: str) -> bytes:
        return f'url("{name}?v={digest((folder / name).read_bytes())}")'.encode()

    def get_response(self, method: str, environ: Mapping[str, str]) -> Response:
        """Answer as WhiteNoise's own files do."""
        if method not in ("GET", "HEAD"):
            return NOT_ALLOWED_RESPONSE
        packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        body = self.packed if packed else self.content
        headers = [
            ("Content-Type", "text/css; charset=utf-8"),
            ("Cache-Control", f"max-age={WhiteNoise.FOREVER}, public, immutable"),
            ("Vary", "Accept-Encoding"),
            ("Content-Length", str(len(body))),
            *([("Content-Encoding", "gzip")] if packed else []),
        ]
        return Response(HTTPStatus.OK, headers, BytesIO(body) if method == "GET" else None)


class Assets:
    """The addresses of this process's static files, computed once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stylesheet = JoinedStylesheet(folder)
        self.icons = re.findall(r'<symbol id="([\w-]+)"', (folder / SPRITE).read_text())
        self.modules = sorted((folder / "js").glob("*.js"))
        self.modules_folder = f"js-{digest(b''.join(path.read_bytes() for path in self.modules))}"
        self.digests: dict[str, str] = {}
        self.urls: dict[tuple[str, str], str] = {}
        self.symbols: dict[tuple[str, str], str] = {}
        self.import_maps: dict[str, Markup] = {}

    def version(self, filename: str) -> str:
        if filename not in self.digests:
            self.digests[filename] = digest((self.folder / filename).read_bytes())
        return self.digests[filename]


def assets() -> Assets:
    found: Assets = current_app.extensions["assets"]
    return found


def _root() -> str:
    """Below which path the desk is served to who asks: addresses of files are kept for each."""
    return request.script_root if has_request_context() else ""


def asset_url(filename: str) -> str:
    """The address of a file below static/, with a digest: it may be kept forever."""
    kept, place = assets(), (_root(), filename)
    if place not in kept.urls:
        kept.urls[place] = (
            url_for("static", filename=f"{kept.modules_folder}/{filename.removeprefix('js/')}")
            if filename.startswith("js/")
            else url_for("static", filename=filename, v=kept.version(filename))
        )
    return kept.urls[place]


def stylesheet_url() -> str:
    return url_for("static", filename=assets().stylesheet.filename)


def icon_names() -> list[str]:
    """What components/icon.html can draw."""
    return assets().icons


def icon_url(name: str) -> str:
    """The address of one symbol of the sprite. Raises LookupError for a name that would draw nothing."""
    kept, place = assets(), (_root(), name)
    if place not in kept.symbols:  # a list asks for the same icons hundreds of times
        if name not in kept.icons:
            raise LookupError(f"there is no icon “{name}” in static/{SPRITE}")
        kept.symbols[place] = f"{asset_url(SPRITE)}#{name}"
    return kept.symbols[place]


def import_map() -> dict[str, dict[str, str]]:
    """Names of our modules and of what is vendored, for `<script type="importmap">`.

    Ours have one digest for all: a line for each of them would be 3 kB of every page.
    """
    vendored = {name: asset_url(filename) for name, filename in MODULES.items()}
    return {"imports": {"js/": asset_url("js/"), **vendored}}


def import_map_json() -> Markup:
    """The same as it stands in every page, written once."""
    kept, root = assets().import_maps, _root()
    if root not in kept:
        kept[root] = htmlsafe_json_dumps(import_map(), sort_keys=True)
    return kept[root]


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "static")
    kept = Assets(folder)
    app.extensions["assets"] = kept
    files = WhiteNoise(
        app.wsgi_app,
        root=folder,
        prefix="static/",
        autorefresh=False,
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=lambda headers, *_: headers.add_header("X-Content-Type-Options", "nosniff"),
    )
    files.files[f"/static/{kept.stylesheet.filename}"] = kept.stylesheet
    for path in kept.modules:
        files.files[f"/static/{kept.modules_folder}/{path.name}"] = files.files[f"/static/js/{path.name}"]
    app.wsgi_app = files  # type: ignore[method-assign]  # Flask's documented way to add middleware
    app.jinja_env.globals.update(
        asset_url=asset_url, icon_url=icon_url, import_map_json=import_map_json, stylesheet_url=stylesheet_url
    )
