"""Forms made from the settings' catalogue: a field for each setting, and what the page showed of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.widgets import NumberInput

from helpdesk.core.errors import Unwelcome
from helpdesk.settings.catalogue import (
    OPTIONS,
    BadSetting,
    ChangedMeanwhile,
    Desk,
    Group,
    Option,
    change_seen,
    clean,
    is_changed,
    options_of,
)
from helpdesk.settings.environment import set_outside
from helpdesk.settings.kinds import Address, Choice, Count, Kept, Line, Switch, Text, Zone
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _
from helpdesk.web.setting_words import GROUPS, setting_value


class NumberField(IntegerField):  # type: ignore[misc]  # WTForms comes without types
    """What is typed stays text: which numbers are allowed, the catalogue says, and with its own words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist[0] if valuelist else ""


class SettingsForm(Form):
    """One group of settings, saved together."""

    seen = HiddenField()
    """What the page showed, as JSON: what nobody touched is left alone, also where somebody else changed it."""

    def check(self, names: Iterable[str]) -> bool:
        """Whether every value is allowed; the fields get the sentences of those that are not."""
        is_right = self.validate_on_submit()
        for name in names:
            try:
                clean(name, self[name].data)
            except BadSetting as refusal:
                self.tell(refusal)
                is_right = False
        return bool(is_right)

    def save(self, names: Iterable[str], desk: Desk) -> bool:
        """Save what somebody changed on the page; False where a field says why not. Nothing is half saved."""
        named = list(names)
        if not self.check(named):
            return False
        try:
            change_seen({name: self[name].data for name in named}, seen=self._seen(named, desk))
        except (BadSetting, ChangedMeanwhile) as refusal:
            self.tell(refusal)
            return False
        return True

    def tell(self, refusal: Unwelcome) -> None:
        """Show what is not done at the field it is about."""
        name = getattr(refusal, "name", "")
        if name in self._fields:
            self[name].errors = [_(refusal.sentence)]

    def _seen(self, names: Iterable[str], desk: Desk) -> Mapping[str, Any]:
        try:
            told = json.loads(self.seen.data or "{}")
        except ValueError:
            told = {}
        known = told if isinstance(told, dict) else {}
        return {name: known.get(name, getattr(desk, name)) for name in names}


@dataclass(frozen=True, slots=True)
class Row:
    """One setting on a page."""

    name: str
    option: Option
    field: Field | None
    """None for what the environment sets."""
    is_changed: bool
    default: str
    fixed: str = ""
    """The value that the environment gives."""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of settings on a page, with the form that saves it."""

    group: Group
    title: str
    form: SettingsForm
    rows: list[Row]

    @property
    def seen(self) -> str:
        """For the hidden field: what this page shows."""
        return json.dumps({row.name: row.field.object_data for row in self.rows if row.field is not None})


def names_to_set(group: Group) -> list[str]:
    """The settings of a group that a page can set."""
    return [
        name
        for name, option in options_of(group).items()
        if not isinstance(option.kind, Kept) and set_outside(name) is None
    ]


def settings_form(names: Iterable[str], desk: Desk, **more: Field) -> SettingsForm:
    """A form with these settings, filled from what was sent, else from the desk."""
    fields = {name: _field(OPTIONS[name]) for name in names}
    made = type("GroupForm", (SettingsForm,), {**fields, **more})
    form: SettingsForm = made(data={name: getattr(desk, name) for name in fields})
    return form


def unsent_form(names: Iterable[str], desk: Desk) -> SettingsForm:
    """The same for a group that was not sent: another one on its page was."""
    fields = {name: _field(OPTIONS[name]) for name in names}
    made = type("GroupForm", (SettingsForm,), fields)
    form: SettingsForm = made(formdata=None, data={name: getattr(desk, name) for name in fields})
    return form


def section(group: Group, desk: Desk, sent: SettingsForm | None = None) -> Section:
    """A group as its page shows it; `sent` is its form where it was sent and refused."""
    form = sent or unsent_form(names_to_set(group), desk)
    rows = [_row(name, option, form, desk) for name, option in options_of(group).items()]
    return Section(group, str(GROUPS[group]), form, rows)


def _row(name: str, option: Option, form: SettingsForm, desk: Desk) -> Row:
    fixed = set_outside(name)
    return Row(
        name=name,
        option=option,
        field=form._fields.get(name),
        is_changed=fixed is None and is_changed(desk, name),
        default=setting_value(name, getattr(Desk(), name)),
        fixed="" if fixed is None else setting_value(name, fixed),
    )


def _field(option: Option) -> Field:
    kind, label = option.kind, _(option.label)
    if isinstance(kind, Switch):
        return BooleanField(label)
    if isinstance(kind, Choice | Zone):
        return SelectField(label, choices=partial(_in_words, kind), validate_choice=False)
    if isinstance(kind, Count):
        attributes = {"min": kind.lowest, "max": kind.highest}
        return NumberField(label, widget=NumberInput(step=1), render_kw=attributes)
    if isinstance(kind, Text):
        return TextAreaField(label, render_kw={"rows": 4, "maxlength": kind.longest})
    if isinstance(kind, Address):
        return URLField(label)
    return StringField(label, render_kw={"maxlength": kind.longest} if isinstance(kind, Line) else {})


def _in_words(kind: Choice | Zone) -> list[tuple[str, str]]:
    """What is offered: words of ours in the reader's language, names as they are."""
    return [(value, words if isinstance(kind, Zone) else _(words)) for value, words in kind.offered()]
