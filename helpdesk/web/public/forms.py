"""The forms of people who are not signed in: an address, a name, a password, or nothing but a button."""

from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, EmailField, Field, HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from helpdesk.accounts.addresses import NotAnAddress, clean_email
from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.identity.passwords import LONGEST, SHORTEST, BadPassword, check_password
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext as _

LONGEST_ADDRESS = 320
EMAIL_REQUIRED = lazy("Type your e-mail address.")
NAME_REQUIRED = lazy("Type the name we may call you by.")
PASSWORD_REQUIRED = lazy("Choose a password.")


class AddressForm(Form):
    """Only an address."""

    email = EmailField(lazy("E-mail"), [DataRequired(EMAIL_REQUIRED), Length(max=LONGEST_ADDRESS)])

    def validate_email(self, field: Field) -> None:
        try:
            clean_email(field.data)
        except NotAnAddress as error:
            raise ValidationError(
                _("This is not an e-mail address. It looks like name@example.com.")
            ) from error


class SignInForm(Form):
    """Any text is compared: an answer about its form would say more than one about the account."""

    email = EmailField(lazy("E-mail"), [DataRequired(EMAIL_REQUIRED), Length(max=LONGEST_ADDRESS)])
    password = PasswordField(lazy("Password"), [InputRequired(lazy("Type your password."))])
    stays = BooleanField(lazy("Stay signed in on this device"))
    next = HiddenField()


class ButtonForm(Form):
    """Nothing but a button."""


class LinkForm(Form):
    """The button behind a mailed link."""

    stays = BooleanField(lazy("Stay signed in on this device"))


class RegistrationForm(AddressForm):
    """Who somebody is; the password is chosen by who reads the address's mail."""

    full_name = StringField(lazy("Your name"), [DataRequired(NAME_REQUIRED), Length(max=LONGEST_NAME)])


class PasswordForm(Form):
    """A new password."""

    password = PasswordField(
        lazy("Password"),
        [InputRequired(PASSWORD_REQUIRED), Length(max=LONGEST)],
        description=lazy("At least %(count)s characters; a sentence is fine.", count=SHORTEST),
    )

    def validate_password(self, field: Field) -> None:
        try:
            check_password(field.data)
        except BadPassword as error:
            raise ValidationError(_(error.sentence)) from error


class WelcomeForm(PasswordForm):
    """A new password, and the name as the person writes it."""

    full_name = StringField(lazy("Your name"), [DataRequired(NAME_REQUIRED), Length(max=LONGEST_NAME)])
