"""Who refers to stored contents: told here by the floors above, which the store does not know."""

from typing import Any

from sqlalchemy import ColumnElement, Select, or_

from helpdesk.files.models import Blob

known: list[Select[Any]] = []


def register(references: Select[Any]) -> None:
    """Name a statement whose one column holds the digests somebody still needs."""
    known.append(references)


def is_needed() -> ColumnElement[bool]:
    """Whether somebody refers to a blob. Raises LookupError while nobody could: all would look superfluous."""
    if not known:
        raise LookupError("no feature has said what refers to stored files")
    return or_(*(each.where(each.selected_columns[0] == Blob.sha256).exists() for each in known))
