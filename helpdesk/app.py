"""The application: which features there are, and the steps that put them together."""

from importlib import import_module

from flask import Flask

from helpdesk import schedule, web
from helpdesk.config import Config
from helpdesk.core import configuration, logs, outgoing
from helpdesk.core.assets import assets_dir
from helpdesk.core.db import db
from helpdesk.database.connections import address, engine_options, follow_the_file, sqlalchemy_url
from helpdesk.database.liveness import look_before_use
from helpdesk.settings.catalogue import LONGEST_SESSION

FEATURES_WITH_TABLES = (
    "helpdesk.core.submissions",
    "helpdesk.core.rates",
    "helpdesk.audit.models",
    "helpdesk.background.models",
    "helpdesk.files.models",
    "helpdesk.settings.models",
    "helpdesk.accounts.models",
    "helpdesk.identity.models",
    "helpdesk.identity.second_factors",
    "helpdesk.identity.providers",
    "helpdesk.tickets.models",
    "helpdesk.queues.models",
    "helpdesk.reports.models",
    "helpdesk.mail.models",
)
FEATURES_WITH_SUBSCRIBERS = (
    "helpdesk.accounts.subscribers",
    "helpdesk.identity.subscribers",
    "helpdesk.tickets.subscribers",
    "helpdesk.queues.subscribers",
    "helpdesk.mail.subscribers",
    "helpdesk.mail.team_subscribers",
    "helpdesk.mail.ticket_subscribers",
)
FEATURES_WITH_REFERENCES = (
    "helpdesk.settings.references",
    "helpdesk.accounts.references",
    "helpdesk.tickets.references",
    "helpdesk.mail.references",
    "helpdesk.mail.bulk_deeds",
)


def import_models() -> None:
    """Make every table known to the metadata."""
    for name in FEATURES_WITH_TABLES:
        import_module(name)


def create_app(config: Config | None = None) -> Flask:
    """The application for a configuration (default: that of the environment)."""
    config = config or Config.from_environ()
    app = Flask(
        "helpdesk",
        static_folder=assets_dir("static"),
        template_folder=assets_dir("templates"),
        static_url_path="/static",
    )
    configure(app, config)
    connect_database(app, config)
    import_models()
    for name in (*FEATURES_WITH_SUBSCRIBERS, *FEATURES_WITH_REFERENCES):
        import_module(name)
    schedule.register()
    web.init_app(app)
    return app


def configure(app: Flask, config: Config) -> None:
    """Flask's own settings, from ours."""
    configuration.init_app(app, config)
    outgoing.allow(config.private_networks)
    logs.configure(config.log_format)
    is_https = (config.base_url or "").startswith("https:")
    app.config.update(
        SECRET_KEY=config.secret_key,
        SECRET_KEY_FALLBACKS=list(config.old_secret_keys),
        MAX_CONTENT_LENGTH=config.max_upload_mb * 1024 * 1024 + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="__Host-helpdesk"
        if is_https
        else "helpdesk",  # no other host of the domain sets it
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # Strict would sign people out who follow a link in a mail
        SESSION_COOKIE_SECURE=is_https,
        # only an answer that changes the session sends it: a late one would bring back the secret before a proof
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LONGEST_SESSION,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open overnight can still be sent
        BABEL_DEFAULT_LOCALE="en",
    )


def connect_database(app: Flask, config: Config) -> None:
    """The one engine of the process."""
    app.config["SQLALCHEMY_DATABASE_URI"] = sqlalchemy_url(address(config))
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(config)
    db.init_app(app)
    with app.app_context():
        follow_the_file(db.engine, config)
        if config.pool_pre_ping:
            look_before_use(db.engine)
