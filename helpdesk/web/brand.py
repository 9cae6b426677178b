"""The desk's own face: its colours and its logo at addresses that may be kept for ever, and where pages find them."""

from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Flask, Response, abort, g, has_request_context, request, url_for
from werkzeug.wsgi import wrap_file

from helpdesk.files.store import store
from helpdesk.settings.catalogue import Desk
from helpdesk.settings.logos import Logo, logo_of
from helpdesk.settings.palette import palette
from helpdesk.web import doorway
from helpdesk.web.answers import Page
from helpdesk.web.assets import asset_url, digest

bp = Blueprint("brand", __name__, url_prefix="/brand")

# private: an answer of ours may renew somebody's session cookie, and no proxy may hand that to others
FOR_EVER = "private, max-age=31536000, immutable"
POLICY = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Brand:
    """What the layouts show of the desk; without any choice all is ours."""

    stylesheet_url: str = ""
    logo: Logo | None = None
    logo_url: str = ""
    footer: str = ""

    @property
    def icon(self) -> tuple[str, str]:
        """Address and kind of the picture in the browser's tab."""
        if self.logo is None or self.logo.is_wide:
            return asset_url("img/favicon.svg"), "image/svg+xml"
        return self.logo_url, "image/png"


@bp.get("/<name>.css")
def stylesheet(name: str) -> Page:
    color = doorway.desk().accent_color
    if not color or name != stylesheet_name(color):
        abort(404)
    return _kept(Response(palette(color).stylesheet(), content_type="text/css; charset=utf-8"))


@bp.get("/<sha256>.png")
def logo(sha256: str) -> Page:
    if not sha256 or sha256 != doorway.desk().logo_sha256:
        abort(404)
    content = wrap_file(request.environ, store().open(sha256))
    answer = Response(content, content_type="image/png", direct_passthrough=True)
    answer.headers["Content-Security-Policy"] = POLICY
    return _kept(answer)


def desk_brand() -> Brand:
    """The brand of this request's desk, if the doorway has loaded it: an error page asks no database."""
    desk = g.get("desk") if has_request_context() else None
    return brand_of(desk) if desk is not None else Brand()


def brand_of(desk: Desk) -> Brand:
    color, logo = desk.accent_color, logo_of(desk.logo_sha256) if desk.logo_sha256 else None
    return Brand(
        stylesheet_url=url_for("brand.stylesheet", name=stylesheet_name(color)) if color else "",
        logo=logo,
        logo_url=url_for("brand.logo", sha256=logo.sha256) if logo else "",
        footer=desk.footer,
    )


@lru_cache(maxsize=64)
def stylesheet_name(color: str) -> str:
    """Other colours, or another way of ours to make a palette, have another address."""
    return digest(palette(color).stylesheet().encode())


def _kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(desk_brand=desk_brand)
