"""What people see: pages by persona, one module per resource; the parts they share stand beside them."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from helpdesk.core import unit_of_work
from helpdesk.core.configuration import configuration
from helpdesk.web import (
    appearance,
    assets,
    brand,
    caches,
    doorway,
    errors,
    file_links,
    files,
    filters,
    fixed_urls,
    forgery,
    languages,
    pages,
    security_headers,
    templates,
    trusted_hosts,
)
from helpdesk.web.admin import admin
from helpdesk.web.agents import agents
from helpdesk.web.customers import customers
from helpdesk.web.public import mail_door, public


def init_app(app: Flask) -> None:
    """Put the web on the application: the commit first (it runs last), then the door, then the pages."""
    templates.init_app(app)
    unit_of_work.init_app(app)
    doorway.init_app(app)
    trusted_hosts.init_app(app)
    file_links.init_app(app)
    forgery.init_app(app)
    forgery.csrf.exempt(mail_door.create)  # no browser comes here, and no cookie opens it
    for part in (caches, languages, filters, fixed_urls, appearance, brand, security_headers, errors, pages):
        part.init_app(app)
    for persona in (public, customers, agents, admin):
        app.register_blueprint(persona)
    app.register_blueprint(files.bp)
    app.register_blueprint(brand.bp)
    assets.init_app(app)
    with app.app_context():
        depth = configuration().trusted_proxies
    if depth:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=depth, x_proto=depth, x_host=0)  # type: ignore[method-assign]  # Flask's documented way to add middleware
