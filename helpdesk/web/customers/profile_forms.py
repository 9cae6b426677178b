"""The forms of somebody's own account: who they are, another address, another password, the end of it."""

from zoneinfo import available_timezones

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as lazy
from wtforms import EmailField, Field, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from helpdesk.accounts.addresses import NotAnAddress, clean_email
from helpdesk.accounts.models import User
from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.identity.passwords import LONGEST, SHORTEST, BadPassword, check_password
from helpdesk.web import doorway
from helpdesk.web.form_fields import TypedConfirmationField
from helpdesk.web.forms import Form
from helpdesk.web.languages import LANGUAGES
from helpdesk.web.languages import gettext as _

LONGEST_ADDRESS = 320


class AboutForm(Form):
    """Name, language, time zone."""

    full_name = StringField(
        lazy("Your name"), [DataRequired(lazy("Type the name we may call you by.")), Length(max=LONGEST_NAME)]
    )
    locale = SelectField(lazy("Language"))
    time_zone = SelectField(lazy("Time zone"))

    def __init__(self, person: User) -> None:
        super().__init__(
            full_name=person.full_name, locale=person.locale or "", time_zone=person.time_zone or ""
        )
        self.locale.choices = [
            ("", _("As your browser says")),
            *((code, Locale.parse(code).get_display_name(get_locale()) or code) for code in LANGUAGES),
        ]
        self.time_zone.choices = [
            ("", _("As the desk: %(zone)s", zone=doorway.desk().time_zone)),
            *((zone, zone.replace("_", " ")) for zone in sorted(available_timezones())),
        ]


class NewAddressForm(Form):
    """One more address."""

    email = EmailField(
        lazy("Another e-mail address"),
        [DataRequired(lazy("Type an e-mail address.")), Length(max=LONGEST_ADDRESS)],
    )

    def validate_email(self, field: Field) -> None:
        try:
            clean_email(field.data)
        except NotAnAddress as error:
            raise ValidationError(
                _("This is not an e-mail address. It looks like name@example.com.")
            ) from error


class ChangePasswordForm(Form):
    """The present password and another one."""

    present_password = PasswordField(
        lazy("Present password"), [InputRequired(lazy("Type your present password.")), Length(max=LONGEST)]
    )
    new_password = PasswordField(
        lazy("New password"),
        [InputRequired(lazy("Choose a password.")), Length(max=LONGEST)],
        description=lazy("At least %(count)s characters; a sentence is fine.", count=SHORTEST),
    )

    def validate_new_password(self, field: Field) -> None:
        try:
            check_password(field.data)
        except BadPassword as error:
            raise ValidationError(_(error.sentence)) from error


class ErasureForm(Form):
    """What is typed before an account goes."""

    typed = TypedConfirmationField()
    present_password = PasswordField(lazy("Your password"), [Length(max=LONGEST)])
