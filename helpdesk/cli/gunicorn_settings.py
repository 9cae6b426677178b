"""How gunicorn serves the desk: for the supervisor, or by hand with `-c python:helpdesk.cli.gunicorn_settings`."""

import gc
from typing import Any

from helpdesk.cli.lifeline import end_with_parent
from helpdesk.config import Config

_config = Config.from_environ()

bind = [f"[{_config.host}]:{_config.port}" if ":" in _config.host else f"{_config.host}:{_config.port}"]
preload_app = True  # read once, shared by the processes; no connection is opened before they part
workers = _config.web_workers
worker_class = "gthread"
threads = _config.web_threads
timeout = 60  # seconds without a sign of life until a process is replaced
graceful_timeout = 8  # below the supervisor's own patience
keepalive = 5
max_requests = 20_000  # a slow leak never grows old
max_requests_jitter = 2_000
forwarded_allow_ips = ""  # X-Forwarded-… is read by the application, which knows how many proxies to believe
control_socket_disable = True
loglevel = "warning"
proc_name = "helpdesk web"


def on_starting(server: Any) -> None:
    """Its own lines go the way of all the others, which the application has laid."""
    server.log.error_log.handlers.clear()
    server.log.error_log.propagate = True


def when_ready(_server: Any) -> None:
    """What is there before the processes part stays as long as they live: to search it for garbage again and again held
    requests up for a quarter of a second, and took each process a copy of its own.
    """
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, worker: Any) -> None:
    """A process without its master serves nobody: its port would stay taken."""
    end_with_parent(worker.ppid)
