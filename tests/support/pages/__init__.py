"""The catalogue: every page of every persona in the states that look different, for all that visits each of them.

`tests/web/test_catalogue.py` fails where an address that can be opened stands in none of its lines.
"""

import re
from collections.abc import Mapping, Sequence
from types import ModuleType

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.support.pages import admin, agents, customers, public
from tests.support.pages.page import LINK_HOLDER, MANAGER, NOBODY, PersonaPage

__all__ = [
    "LINK_HOLDER",
    "MANAGER",
    "NOBODY",
    "PAGES",
    "PARTS",
    "PERSONAS",
    "PersonaPage",
    "forgotten",
    "lost",
]

PERSONAS: Mapping[str, ModuleType] = {
    "agents": agents,
    "customers": customers,
    "admin": admin,
    "public": public,
}
OTHERS = "public"
"""Whose module has the addresses that are no persona's: files, styles, health."""
PAGES: Sequence[PersonaPage] = [page for persona in PERSONAS.values() for page in persona.PAGES]
PARTS: Sequence[PersonaPage] = [part for persona in PERSONAS.values() for part in persona.PARTS]


def forgotten(app: Flask) -> dict[str, set[str]]:
    """Endpoints that can be opened and stand in no line, by the file that should have the line."""
    found: dict[str, set[str]] = {}
    shown = {endpoint for persona in PERSONAS.values() for endpoint in endpoints_of(app, persona)}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in shown:
            blueprint = rule.endpoint.partition(".")[0]
            file = f"tests/support/pages/{blueprint if blueprint in PERSONAS else OTHERS}.py"
            found.setdefault(file, set()).add(rule.endpoint)
    return found


def lost(app: Flask) -> list[str]:
    """Lines that lead to no address, and are meant to."""
    adapter = app.url_map.bind("localhost")
    return [page.name for page in (*PAGES, *PARTS) if page.status != 404 and not _matches(adapter, page)]


def endpoints_of(app: Flask, persona: ModuleType) -> set[str]:
    """The endpoints this persona's lines open."""
    adapter = app.url_map.bind("localhost")
    lines: Sequence[PersonaPage] = (*persona.PAGES, *persona.PARTS)
    return {endpoint for page in lines if not page.sends and (endpoint := _matches(adapter, page))}


def _matches(adapter: MapAdapter, page: PersonaPage) -> str | None:
    path = re.sub(r"\{\w+\}", "1", page.path.partition("?")[0])
    try:
        endpoint: str = adapter.match(path, method="POST" if page.sends else "GET")[0]
    except HTTPException:
        return None
    return endpoint
