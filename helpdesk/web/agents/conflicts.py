"""Two people changed the same field: both values, who set the other one, and a form that goes on from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template

from helpdesk.core.db import db
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.operations import Edit, EditConflict
from helpdesk.tickets.timeline import changes_of
from helpdesk.web.agents.drafts import draft_in_request
from helpdesk.web.agents.properties_form import COLUMNS, PropertiesForm, field_value
from helpdesk.web.audit_sentences import Told, tell
from helpdesk.web.languages import gettext
from helpdesk.web.moments import exact


@dataclass(frozen=True, slots=True)
class Side:
    """One of two values: in words, and as the form carries it."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field with two values. `who` set the other one, at `moment`; "" and None where the trail does not say."""

    name: str
    label: str
    theirs: Side
    yours: Side
    who: str
    moment: datetime | None


def show_conflict(
    ticket: Ticket, form: PropertiesForm, edits: Mapping[str, Edit], conflict: EditConflict
) -> str:
    """The page that asks whose value is to stay. Nothing of what was typed is missing on it."""
    names = {column: name for name, column in COLUMNS.items()}
    told = tell(db.session.scalars(changes_of(ticket)).all())
    differences = [
        Difference(
            name=names[clash.field],
            label=str(form[names[clash.field]].label.text),
            theirs=_side(form, names[clash.field], clash.theirs),
            yours=_side(form, names[clash.field], clash.yours),
            **_last_to_set(clash.field, told),
        )
        for clash in conflict.clashes
    ]
    clashing = {difference.name for difference in differences}
    kept = {
        names[column]: (field_value(edit.seen), field_value(edit.wanted))
        for column, edit in edits.items()
        if names[column] not in clashing and edit.wanted != edit.seen
    }
    return render_template(
        "agents/properties/conflict.html",
        ticket=ticket,
        differences=differences,
        kept=kept,
        draft=draft_in_request(),
    )


def _side(form: PropertiesForm, name: str, value: Any) -> Side:
    carried = field_value(value)
    if name == "due":
        return Side(carried, exact(value) or gettext("no deadline"))
    words = {field_value(choice): words for choice, words in getattr(form[name], "choices", ())}
    return Side(carried, str(words.get(carried, carried)))


def _last_to_set(column: str, told: list[Told]) -> dict[str, Any]:
    last = next(
        (each for each in told if each.row.table_name == "tickets" and column in each.row.changes), None
    )
    return {"who": last.who if last else "", "moment": last.moment if last else None}
