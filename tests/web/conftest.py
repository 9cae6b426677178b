"""What tests of the web's shared parts ask for: an application without a database, and a way to render a macro."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, render_template_string

from tests.support.bare import bare_app


@pytest.fixture(scope="session")
def bare() -> Flask:
    """Templates, words, headers and error pages; no database."""
    return bare_app()


@pytest.fixture
def render(bare: Flask) -> Iterator[Callable[..., str]]:
    """`render("{{ … }}", status="status")` draws a template in which the named macros (name=file) are imported."""

    def draw(source: str, /, *files: str, **context: Any) -> str:
        imports = "".join(
            f'{{% from "components/{file}.html" import {macro} %}}'
            for file, _, macro in (each.partition(":") for each in files)
        )
        return " ".join(render_template_string(imports + source, **context).split())

    with bare.test_request_context("/"):
        yield draw
