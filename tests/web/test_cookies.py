"""The one cookie of the desk: for the server alone, and with https for this host alone."""

from pathlib import Path

import pytest
from flask import session

from helpdesk.app import create_app
from helpdesk.config import Config


@pytest.mark.parametrize(
    "address, name, is_secure",
    [("https://help.example.com", "__Host-helpdesk", True), ("http://127.0.0.1:8000", "helpdesk", False)],
)
def test_with_https_no_other_host_can_set_it(
    tmp_path: Path, address: str, name: str, is_secure: bool
) -> None:
    environ = {
        "DATABASE_URL": "postgresql://desk@127.0.0.1/desk",
        "HELPDESK_DATA": str(tmp_path),
        "HELPDESK_BASE_URL": address,
    }
    app = create_app(Config.from_environ(environ))

    @app.get("/cookie")
    def cookie() -> str:
        session["here"] = True
        return "here"

    with app.app_context():
        app.before_request_funcs, app.after_request_funcs = {}, {}
        told = app.test_client().get("/cookie", base_url=address).headers["Set-Cookie"]

    assert told.startswith(f"{name}=")
    assert ("Secure" in told, "HttpOnly" in told, "SameSite=Lax" in told) == (is_secure, True, True)
    assert ("Path=/" in told, "Domain" in told) == (True, False)
