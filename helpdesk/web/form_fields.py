"""What a rendered form field tells assistive technology: its hint, its error, that it is wrong."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from wtforms import Field


def field_attributes(field: Field, hint: str = "", attrs: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """HTML attributes for a WTForms field; the ids are those components/field_parts.html gives out."""
    notes = []
    if hint or field.description:
        notes.append(f"{field.id}-hint")
    if field.errors:
        notes.append(f"{field.id}-error")
    described = {"aria-describedby": " ".join(notes)} if notes else {}
    wrong = {"aria-invalid": "true"} if field.errors else {}
    written = {"dir": "auto", "data-grows": True} if field.type == "TextAreaField" else {}
    return {**described, **wrong, **written, **(attrs or {})}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(field_attributes=field_attributes)
