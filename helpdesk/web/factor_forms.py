"""The forms of second factors: a code, a passkey's answer, a new app, a new passkey."""

from flask_babel import lazy_gettext as lazy
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.web.forms import Form

LONGEST_CODE = 64


class AgreeForm(Form):
    """Nothing but a button."""


class CodeForm(Form):
    """A code of an app, or a recovery code."""

    code = StringField(lazy("Code"), [DataRequired(lazy("Type the code.")), Length(max=LONGEST_CODE)])
    next = HiddenField()


class AnswerForm(Form):
    """What a passkey has signed; a script fills it in."""

    answer = HiddenField(validators=[DataRequired()])
    next = HiddenField()
    stays = HiddenField()


class NewAppForm(CodeForm):
    """The first code of a new app; `offer` is the secret it was shown, sealed."""

    offer = HiddenField(validators=[DataRequired()])


class NewPasskeyForm(AnswerForm):
    """A new passkey, and what its owner calls it."""

    name = StringField(
        lazy("Name of the passkey"),
        [DataRequired(lazy("Give it a name.")), Length(max=LONGEST_NAME)],
    )
