"""Every component in every state, on one page: what the pages are built with, and what the browser tests look at."""

from datetime import datetime, timedelta

from flask import Blueprint, render_template
from wtforms import (
    BooleanField,
    EmailField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length

from helpdesk.core import clock
from helpdesk.web.assets import icon_names
from helpdesk.web.form_fields import ChecksField, TypedConfirmationField
from helpdesk.web.forms import Form

bp = Blueprint("styleguide", __name__, url_prefix="/styleguide")

TEAMS = [
    SelectChoice("fleet", "Fleet"),
    SelectChoice("service", "Service"),
    SelectChoice("billing", "Billing"),
]
ROLES = [
    SelectChoice("agent", "Agent"),
    SelectChoice("lead", "Agent, team lead"),
    SelectChoice("admin", "Admin"),
]


class SampleForm(Form):
    name = StringField("Name", [InputRequired()])
    email = EmailField(
        "E-mail", [InputRequired(), Email("An address needs a domain with a dot, such as example.com.")]
    )
    password = PasswordField(
        "Password", [Length(min=12)], description="At least 12 characters; a sentence is fine."
    )
    number = StringField("Number", description="Given once, never reused.", render_kw={"disabled": True})
    team = SelectField("Team", choices=TEAMS)
    signature = TextAreaField("Signature", render_kw={"rows": 3})
    role = RadioField("Role", choices=ROLES)
    is_staying = BooleanField("Stay signed in on this device for 30 days")
    has_second_factor = BooleanField("Second factor required", description="Set up on 3 devices")
    files = MultipleFileField("Attachments")
    typed = TypedConfirmationField()
    teams = ChecksField("Teams", choices=TEAMS)


def moments() -> dict[str, datetime]:
    """Moments as far from now as lists and threads have them."""
    now = clock.now()
    hours = {
        "late": -2.2,
        "soon": 0.3,
        "later": 26,
        "fresh": -0.1,
        "today": -2.5,
        "yesterday": -25,
        "old": -2200,
    }
    return {name: now + timedelta(hours=distance) for name, distance in hours.items()}


def sample_form() -> SampleForm:
    """A form that was sent with one mistake in it."""
    form = SampleForm(
        data={"name": "Ines Okafor", "email": "ines@velorna", "number": "HD-4790", "role": "lead"}
    )
    form.is_staying.data = True
    form.typed.expected = 12
    for field in form:
        field.errors = []
    form.email.errors = ["An address needs a domain with a dot, such as velorna.example.com."]
    return form


@bp.get("")
def show() -> str:
    return render_template("admin/styleguide/show.html", form=sample_form(), at=moments(), icons=icon_names())
