"""G02: core/outgoing.py is the only place that opens connections to others; nobody goes round it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import helpdesk

ROOT = Path(helpdesk.__file__).parent
NETWORK = {
    *("socket", "ssl", "http.client", "urllib.request", "urllib3", "requests", "httpx", "httpx2", "httpcore"),
    *("httpcore2", "aiohttp", "ftplib", "telnetlib", "smtplib", "poplib", "nntplib", "imaplib", "imapclient"),
    *("authlib", "websockets", "xmlrpc.client", "dns"),
}
REASONS = {
    "core/outgoing.py": "the one place",
    "core/outgoing_web.py": "web requests through it",
    "identity/oidc.py": "authlib, whose transport it replaces",
    "mail/smtp.py": "smtplib, whose sockets it replaces",
    "mail/doors/imap.py": "imapclient, whose sockets it replaces",
    "mail/doors/oauth.py": "authlib, whose transport it replaces",
    "mail/doors/looking.py": "the type of a connection",
    "mail/doors/trying.py": "the type of a connection",
    "mail/doors/watching.py": "the type of a connection",
    "mail/operations/dry_running.py": "the type of a connection",
    "files/scanning.py": "the virus scanner, whose address the environment gives",
    "cli/announce.py": "asks the desk itself whether it answers",
    "cli/port.py": "listens",
    "cli/run.py": "listens",
}
OPENS = {
    *(
        "create_connection",
        "socket",
        "SMTP",
        "SMTP_SSL",
        "LMTP",
        "IMAP4",
        "IMAP4_SSL",
        "IMAPClient",
        "urlopen",
    ),
    *("HTTPTransport", "AsyncClient", "HTTPConnection", "HTTPSConnection", "open_connection"),
}
"""What opens a connection of its own accord, by its last name."""
OPENING = {
    ("core/outgoing.py", "socket"),
    ("files/scanning.py", "socket"),
    ("files/scanning.py", "create_connection"),
    ("cli/announce.py", "HTTPConnection"),
    ("cli/port.py", "socket"),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def is_network(name: str) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in NETWORK)


def test_only_known_modules_know_of_networks() -> None:
    found = {path for path, tree in modules() if any(map(is_network, imported(tree)))}

    assert found - set(REASONS) == set()


def test_only_the_one_place_opens_connections() -> None:
    found = {
        (path, name)
        for path, tree in modules()
        if path in REASONS
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for name in [node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")]
        if name in OPENS
    }

    assert found <= OPENING


def test_every_web_client_gets_the_guarded_transport() -> None:
    makers = {"Client", "OAuth2Client"}
    calls = [
        (path, ast.unparse(node))
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) or getattr(node.func, "id", "")) in makers
        and path in REASONS
    ]

    assert calls
    assert [each for each in calls if "options(" not in each[1]] == []
