"""Waiting for /readyz: until it says yes, or until patience ends with what it said last."""

import http.server
import threading

import click
import pytest

from helpdesk.cli.announce import wait_until_ready


@pytest.fixture
def answering():
    """A server that answers one by one from a list, and with the last for ever."""
    servers = []

    def start(*answers):
        left = list(answers)

        class Answers(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, text = left.pop(0) if len(left) > 1 else left[0]
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}", left

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_it_waits_for_a_yes(answering):
    url, left = answering((503, "worker"), (503, "worker"), (200, "ready"))

    wait_until_ready(url)

    assert left == [(200, "ready")]


def test_the_last_answer_tells_what_is_broken(answering):
    url, _ = answering((503, '{"broken":"worker"}'))

    with pytest.raises(click.ClickException) as refusal:
        wait_until_ready(url, patience=0.2)

    assert refusal.value.message == 'Not ready after 0 seconds: {"broken":"worker"}'


def test_silence_is_an_answer_too():
    with pytest.raises(click.ClickException, match=r"http://127.0.0.1:1 does not answer \(.*refused\)"):
        wait_until_ready("http://127.0.0.1:1", patience=0.0)
