"""How the process keeps its templates: all of them, once compiled, over one table of what every template knows."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment


class Templates(Environment):
    """Jinja's, for whom no template has globals of its own."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own table. Jinja lays a ChainMap over it for each template, and asks it for every name
        at every `{% from … import … %}`: a seventh of a page's time.
        """
        return super().make_globals(d) if d else self.globals


def init_app(app: Flask) -> None:
    """Before anything asks for the environment. There are more templates than Jinja would keep by itself."""
    app.jinja_environment = Templates
    app.jinja_options = {**app.jinja_options, "cache_size": -1}
