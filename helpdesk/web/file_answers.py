"""How the bytes of a file leave: as a picture drawn anew, or to be saved; never as something that runs here."""

from typing import BinaryIO
from urllib.parse import quote

from flask import Response, request
from werkzeug.wsgi import wrap_file

from helpdesk.files import types
from helpdesk.files.names import clean_filename
from helpdesk.files.redrawing import drawn_anew
from helpdesk.files.store import store

# a document of its own origin, without scripts, forms, plugins or anything to load
POLICY = "default-src 'none'; sandbox"


def answer(sha256: str, filename: str, content_type: str, is_original: bool) -> Response:
    """The file: a picture of pixels to be looked at, drawn anew; everything else, and every original, to be saved.

    Raises Gone where the bytes are missing.
    """
    with store().open(sha256) as content:
        kind = types.content_type(content)  # what was right when it came is not believed for ever
    shown = None
    if not is_original and types.is_inline_image(kind) and kind == content_type:
        shown = store().shown(sha256, drawn_anew)
    # servers send from where the descriptor stands: at the beginning
    body = shown or store().open(sha256)
    made = Response(
        wrap_file(request.environ, body), content_type=_with_charset(kind), direct_passthrough=True
    )
    made.content_length = _size(body)
    made.headers["Content-Disposition"] = disposition(filename, is_shown=shown is not None)
    made.headers["Content-Security-Policy"] = POLICY
    made.headers["Cache-Control"] = "private, no-store"
    return made


def _size(body: BinaryIO) -> int:
    size = body.seek(0, 2)
    body.seek(0)
    return size


def _with_charset(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind == types.TEXT else kind


def disposition(filename: str, *, is_shown: bool) -> str:
    """RFC 6266: a name in ASCII for old programs, and the whole name for all others."""
    name = clean_filename(filename)
    plain = "".join(each if " " <= each <= "~" and each not in '"\\%' else "_" for each in name)
    kind = "inline" if is_shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
