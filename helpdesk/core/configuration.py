"""The configuration of the running application, for floors that do not know Flask."""

from typing import cast

from flask import Flask, current_app

from helpdesk.config import Config

_KEY = "helpdesk.configuration"


def init_app(app: Flask, config: Config) -> None:
    """Hand the application its configuration."""
    app.extensions[_KEY] = config


def configuration() -> Config:
    """What the application of the current context was made with."""
    return cast(Config, current_app.extensions[_KEY])
