"""How somebody who works here is shown and likes to work: one page, saved with one button."""

from typing import BinaryIO, cast
from zoneinfo import available_timezones

from flask import Blueprint, flash, g, redirect, render_template, request, session
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.models import User
from helpdesk.accounts.names import LONGEST_NAME, BadName
from helpdesk.accounts.operations.profiles import (
    LARGEST_PICTURE,
    LONGEST_SIGNATURE,
    BadPicture,
    BadSignature,
    change_profile,
    show_as,
    show_initials,
)
from helpdesk.accounts.preferences import AfterSend, Density, Theme, ThreadOrder, prefer, preferences_of
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.identity.operations.choosing_passwords import WrongPassword, change_password
from helpdesk.identity.operations.sessions import renew
from helpdesk.identity.passwords import LONGEST, SHORTEST, BadPassword
from helpdesk.web import doorway, guards
from helpdesk.web.agents.person_page import language_name
from helpdesk.web.answers import Page, local_path, see_other
from helpdesk.web.filters import label
from helpdesk.web.forms import Form
from helpdesk.web.languages import LANGUAGES, gettext

bp = Blueprint("preferences", __name__, url_prefix="/preferences")

THEMES = {Theme.SYSTEM: _("As the system"), Theme.LIGHT: _("Light"), Theme.DARK: _("Dark")}


class PreferencesForm(Form):
    """Everything at once; a password only where a new one is typed."""

    full_name = StringField(
        _("Name"), [DataRequired(_("Type the name customers read.")), Length(max=LONGEST_NAME)]
    )
    picture = FileField(_("Picture"))
    without_picture = BooleanField(_("Show my initials instead"))
    signature = TextAreaField(_("Signature"), [Length(max=LONGEST_SIGNATURE)])
    time_zone = SelectField(_("Time zone"))
    locale = SelectField(_("Language"))
    theme = RadioField(_("Colours"), coerce=Theme)
    density = RadioField(_("Rows of lists"), coerce=Density)
    thread_order = RadioField(_("Messages of a ticket"), coerce=ThreadOrder)
    after_send = RadioField(_("After sending"), coerce=AfterSend)
    has_shortcuts = BooleanField(_("Keyboard shortcuts"))
    present_password = PasswordField(_("Present password"), [Length(max=LONGEST)])
    new_password = PasswordField(_("New password"), [Length(max=LONGEST)])

    def __init__(self, person: User) -> None:
        chosen = preferences_of(person)
        super().__init__(
            full_name=person.full_name,
            signature=person.signature,
            time_zone=person.time_zone or "",
            locale=person.locale or "",
            theme=chosen.theme,
            density=chosen.density,
            thread_order=chosen.thread_order,
            after_send=chosen.after_send,
            has_shortcuts=chosen.has_shortcuts,
        )
        desk = doorway.desk()
        self.time_zone.choices = [
            ("", gettext("As the desk: %(zone)s", zone=desk.time_zone)),
            *((zone, zone.replace("_", " ")) for zone in sorted(available_timezones())),
        ]
        self.locale.choices = [
            ("", gettext("As the browser and the desk say")),
            *((code, language_name(code)) for code in LANGUAGES),
        ]
        self.theme.choices = [(each.value, str(words)) for each, words in THEMES.items()]
        for field, kind in (
            (self.density, Density),
            (self.thread_order, ThreadOrder),
            (self.after_send, AfterSend),
        ):
            field.choices = [(each.value, label(each)) for each in kind]

    def tell(self, refusal: Unwelcome) -> None:
        """Show what an operation would not do at the field it is about."""
        fields = {
            BadName: self.full_name,
            BadSignature: self.signature,
            BadPicture: self.picture,
            WrongPassword: self.present_password,
            BadPassword: self.new_password,
        }
        fields.get(type(refusal), self.present_password).errors = [gettext(refusal.sentence)]


@bp.get("")
def edit() -> Page:
    return _page(PreferencesForm(g.agent))


@bp.post("")
def update() -> Page:
    form = PreferencesForm(g.agent)
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with db.session.begin_nested():
            _save(form, g.agent)
    except Unwelcome as refusal:
        form.tell(refusal)
        return _page(form), refusal.status
    flash(gettext("Saved."))
    return see_other("agents.preferences.edit")


@bp.post("/theme")
def change_theme() -> Page:
    """From the menu beside every page: back to where one was."""
    chosen = request.form.get("theme", "")
    if chosen in list(Theme):
        prefer(g.agent, theme=Theme(chosen))
    return redirect(local_path(request.form.get("next"), "/agent"), code=303)


def _save(form: PreferencesForm, person: User) -> None:
    change_profile(
        person,
        full_name=form.full_name.data,
        signature=form.signature.data or "",
        time_zone=form.time_zone.data or None,
        locale=form.locale.data or None,
    )
    choices = (form.theme, form.density, form.thread_order, form.after_send, form.has_shortcuts)
    prefer(person, **{field.name: field.data for field in choices})
    _picture(form, person)
    if form.new_password.data or form.present_password.data:
        guards.refuse_impersonators()
        change_password(
            person,
            present=form.present_password.data or "",
            password=form.new_password.data or "",
            session=session[doorway.SESSION_KEY],
        )
        session[doorway.SESSION_KEY] = renew(g.sign_in_session)  # who knew this one's secret is out, too


def _picture(form: PreferencesForm, person: User) -> None:
    sent = form.picture.data
    if isinstance(sent, FileStorage) and sent.filename:
        show_as(person, cast(BinaryIO, sent.stream), filename=sent.filename)
    elif form.without_picture.data:
        show_initials(person)


def _page(form: PreferencesForm) -> str:
    return render_template(
        "agents/preferences/edit.html", form=form, largest_picture=LARGEST_PICTURE, shortest=SHORTEST
    )
