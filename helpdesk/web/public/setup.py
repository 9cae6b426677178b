"""/setup/…: the first administrator names the desk; only with the token from the console, only once."""

from zoneinfo import available_timezones

from flask import Blueprint, flash, render_template, request
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField, Field, SelectField, StringField, URLField, ValidationError
from wtforms.validators import AnyOf, DataRequired, Length

from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.accounts.operations.registering import AddressTaken
from helpdesk.background.jobs import enqueue
from helpdesk.core.configuration import configuration
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.row_security import acting_as
from helpdesk.demo.jobs import make_demo_desk
from helpdesk.identity.models import SignInMethod
from helpdesk.identity.operations.sessions import SignedIn, enter
from helpdesk.identity.operations.setup import find_setup_token, set_up
from helpdesk.identity.passwords import BadPassword
from helpdesk.settings.catalogue import BadSetting, clean
from helpdesk.settings.kinds import Zone
from helpdesk.web import doorway
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _
from helpdesk.web.public.arrivals import arrive
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.forms import NAME_REQUIRED, AddressForm, PasswordForm

bp = Blueprint("setup", __name__, url_prefix="/setup/<token>")

LONGEST_DESK_NAME = 80
DEMO_TICKETS, DEMO_SEED = 5_000, 1
DEMO_DOMAINS = ("example.com", ".example")


class SetUpForm(AddressForm, PasswordForm):
    """The first administrator, and what the desk has to know from the start."""

    full_name = StringField(lazy("Your name"), [DataRequired(NAME_REQUIRED), Length(max=LONGEST_NAME)])
    desk_name = StringField(
        lazy("Name of the desk"),
        [DataRequired(lazy("Give the desk a name.")), Length(max=LONGEST_DESK_NAME)],
        description=lazy("Customers and agents see it on every page and in every mail."),
    )
    base_url = URLField(
        lazy("Address of the desk"),
        [DataRequired(lazy("Say where people reach the desk."))],
        description=lazy("Links in mails begin with it."),
    )
    time_zone = SelectField(
        lazy("Time zone"),
        [AnyOf(available_timezones(), lazy("Choose a time zone."))],
        choices=Zone().offered,
        validate_choice=False,  # its own sentence cannot be translated
    )

    wants_demo = BooleanField(
        lazy("Fill it with demo data"),
        description=lazy(
            "Two years of invented tickets to look around in. Its people sign in with the password you choose here."
        ),
    )

    def validate_wants_demo(self, field: Field) -> None:
        if field.data and (self.email.data or "").lower().endswith(DEMO_DOMAINS):
            raise ValidationError(_("The people of the demo have addresses like yours. Use your own one."))

    def validate_base_url(self, field: Field) -> None:
        try:
            field.data = clean("base_url", field.data)
        except BadSetting as refusal:
            raise ValidationError(_(refusal.sentence)) from refusal


@bp.get("")
def new(token: str) -> Page:
    address = configuration().base_url or request.url_root.rstrip("/")
    return _form(_fitting(SetUpForm(base_url=address, time_zone="UTC")), token)


@bp.post("")
def create(token: str) -> Page:
    form = _fitting(SetUpForm())
    if not form.validate_on_submit():
        return _form(form, token), 422
    try:
        with deed():
            signed_in = _carry_out(form, token)
    except AddressTaken as refusal:
        form.email.errors = [_(refusal.sentence)]
        return _form(form, token), 422
    except BadPassword as refusal:
        form.password.errors = [_(refusal.sentence)]
        return _form(form, token), 422
    answer = arrive(signed_in)
    if _wants_demo(form):
        flash(
            _(
                "Demo data is being made; load the page again in a few seconds. agent@example.com and "
                "customer@example.com sign in with your password."
            ),
            "warning",
        )
    return answer


def _carry_out(form: SetUpForm, token: str) -> SignedIn:
    administrator = set_up(
        token,
        email=form.email.data,
        full_name=form.full_name.data,
        password=form.password.data,
        desk_name=one_line(form.desk_name.data),
        base_url=form.base_url.data,
        time_zone=form.time_zone.data,
    )
    if _wants_demo(form):
        enqueue(
            make_demo_desk,
            once="demo",
            tickets=DEMO_TICKETS,
            seed=DEMO_SEED,
            password_hash=administrator.password_hash,
        )
    return enter(administrator, method=SignInMethod.LINK, user_agent=request.user_agent.string)


def _fitting(form: SetUpForm) -> SetUpForm:
    """Where others reach the desk, there is no demo: its addresses are known to everybody."""
    if not configuration().is_loopback:
        del form.wants_demo
    return form


def _wants_demo(form: SetUpForm) -> bool:
    return form.wants_demo is not None and bool(form.wants_demo.data)


def _form(form: SetUpForm, token: str) -> str:
    doorway.desk()  # the page that says no is this desk's, too
    with acting_as(db.session(), DatabaseRole.AUTH):
        find_setup_token(token)
    return render_template(
        "public/setup/new.html", form=form, has_fixed_address=configuration().base_url is not None
    )
