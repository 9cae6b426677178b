"""What every answer tells the browser not to do: one policy for all pages, a fresh nonce for each."""

import secrets

from flask import Flask, Response, current_app, g, request

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self'{files}; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # no-referrer breaks the check of forged forms on https
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",  # nothing of a desk stays in a shared computer
}
POLICY_NAME = "content-security-policy"
TWO_YEARS = 63_072_000


def csp_nonce() -> str:
    """The number used once by this answer's inline scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _host_of_files() -> str:
    """Where pictures in messages lead to, if files have a host of their own."""
    origin = current_app.config.get("FILES_ORIGIN")
    return f" {origin}" if origin else ""


def protect(response: Response) -> Response:
    """Add the headers; a view that has set one itself (a download's own policy) keeps it."""
    headers = response.headers
    given = {name.lower() for name in headers.keys()}  # noqa: SIM118 — iterating headers gives pairs
    for name, value in HEADERS.items():
        if name.lower() not in given:
            headers.add(name, value)
    if POLICY_NAME not in given:
        headers.add("Content-Security-Policy", POLICY.format(nonce=csp_nonce(), files=_host_of_files()))
    response.vary.add("Cookie")
    if request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]:  # the desk's own address is https
        headers.setdefault("Strict-Transport-Security", f"max-age={TWO_YEARS}; includeSubDomains")
    return response


def init_app(app: Flask) -> None:
    app.after_request(protect)
    app.jinja_env.globals.update(csp_nonce=csp_nonce)
