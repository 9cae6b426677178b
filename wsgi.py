"""The desk for any WSGI server (`wsgi:app`), on the PostgreSQL of DATABASE_URL; no embedded one is started."""

import sys

from helpdesk.app import create_app
from helpdesk.config import Config, ConfigError

try:
    config = Config.from_environ()
    if config.is_embedded:
        raise ConfigError(
            "DATABASE_URL is not set: wsgi.py serves a PostgreSQL of your own. "
            "For the embedded one use `helpdesk run`, which brings its own web server."
        )
except ConfigError as problem:
    sys.exit(f"Error: {problem}")

app = create_app(config)
