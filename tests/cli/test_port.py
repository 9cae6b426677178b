"""The port is taken first; when it cannot be, the sentence says what to do."""

import socket

import click
import pytest

from helpdesk.cli import port
from helpdesk.config import Config


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def refusal(config):
    with pytest.raises(click.ClickException) as found:
        port.reserved(config)
    return found.value.message


def test_callers_wait_in_line_from_the_start():
    number = free_port()

    with port.reserved(Config(port=number)), socket.create_connection(("127.0.0.1", number)) as caller:
        assert caller.getpeername() == ("127.0.0.1", number)


def test_the_newer_kind_of_address():
    with port.reserved(Config(host="::1", port=free_port())) as listener:
        assert listener.family is socket.AF_INET6


def test_a_taken_port(monkeypatch):
    monkeypatch.setattr(port, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]

        assert refusal(Config(port=number)) == (
            f"Port {number} of 127.0.0.1 is taken by another program: "
            "stop that one, or set HELPDESK_PORT to a free port."
        )


def test_an_address_of_another_machine():
    assert refusal(Config(host="192.0.2.7", port=free_port())) == (
        "192.0.2.7 is no address of this machine (Cannot assign requested address): correct HELPDESK_HOST."
    )


def test_a_name_nobody_knows():
    assert refusal(Config(host="no-such-host.invalid", port=free_port())).startswith(
        "no-such-host.invalid is no address of this machine ("
    )


def test_a_port_for_root_only(monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refuse)

    assert refusal(Config(port=80)) == "Port 80 is for root only: set HELPDESK_PORT to one above 1023."
