"""The templates and what surrounds them, without a database: for tests of components, words and error pages."""

from typing import Any

from flask import Flask, abort
from flask_wtf import CSRFProtect

from helpdesk.core.assets import assets_dir
from helpdesk.core.errors import Conflict, Gone, Refused, TooMany, Unwelcome
from helpdesk.web import appearance, assets, brand, errors, filters, languages, security_headers
from helpdesk.web.admin import styleguide
from helpdesk.web.navigation import Item, Navigation, Reader

REFUSALS: dict[str, Unwelcome] = {
    "refused": Refused("Only the team lead assigns tickets of another team."),
    "conflict": Conflict("Ben changed the priority meanwhile."),
    "gone": Gone("This link was used already."),
    "too-many": TooMany("Too many tries. Wait a minute.", retry_after=60),
}


def navigation() -> Navigation:
    """A frame with something in every place."""
    queues = [
        Item("Mine", "/mine", "user", 9, is_current=True),
        Item("Overdue", "/overdue", "alarm", 3, is_alert=True),
    ]
    pages = [Item("People", "/people", "users"), Item("Audit trail", "/audit", "shield")]
    return Navigation(home_url="/", person=Reader("Ines Okafor", "ink", "/me"), queues=queues, pages=pages)


def bare_app(**config: Any) -> Flask:
    """An application that can render every component and fail in every way."""
    app = Flask(
        "helpdesk",
        static_folder=assets_dir("static"),
        template_folder=assets_dir("templates"),
        static_url_path="/static",
    )
    app.config.update(SECRET_KEY="for tests only, and long enough", TESTING=True, **config)
    CSRFProtect(app)
    for part in (languages, filters, appearance, brand, security_headers, errors, assets):
        part.init_app(app)
    app.context_processor(lambda: {"nav": navigation(), "desk_name": "Velorna"})
    app.jinja_env.globals.update(impersonation=lambda: None)  # nobody looks at it as somebody else
    app.register_blueprint(styleguide.bp)
    app.add_url_rule("/errors/<int:status>", "fail", fail)
    app.add_url_rule("/refusals/<name>", "refuse", refuse)
    app.add_url_rule("/boom", "boom", boom)
    return app


def fail(status: int) -> str:
    abort(status)


def refuse(name: str) -> str:
    raise REFUSALS[name]


def boom() -> str:
    raise RuntimeError("SELECT secret FROM users")
