"""The forms of a mailbox: what it is, where its mail comes from, where it goes. A secret is never put into a field."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from helpdesk.accounts.models import Team
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.mail.models import AfterFetch, Mailbox, Security, SignIn
from helpdesk.mail.operations.mailboxes import LONGEST_NAME, LONGEST_SIGNATURE, Identity
from helpdesk.mail.servers import Incoming, Outgoing, Permit
from helpdesk.web.admin.mailbox_providers import PROVIDERS
from helpdesk.web.forms import CreatingForm, Form
from helpdesk.web.languages import gettext as _
from helpdesk.web.moments import viewer_zone

LONGEST = 255
NO_TEAM = ""
SECURITIES = [
    SelectChoice(Security.TLS.value, lazy("TLS from the start")),
    SelectChoice(Security.STARTTLS.value, lazy("STARTTLS")),
    SelectChoice(Security.NONE.value, lazy("None: everybody on the way can read the password")),
]
A_NUMBER = lazy("Type a number.")


class NumberField(IntegerField):  # type: ignore[misc]  # WTForms comes without types
    """A whole number; one sentence for whatever else is typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(A_NUMBER) from error


class ServerForm(Form):
    """What forms about mailboxes have in common: what is not accepted is said at its field."""

    def is_accepted(self, deed: Callable[[], object]) -> bool:
        """Whether all is right and the deed was done; nothing is half done."""
        if not self.validate_on_submit():
            return False
        try:
            with db.session.begin_nested():
                deed()
        except Unwelcome as refusal:
            name = getattr(refusal, "field", "")
            chosen = self[name] if name in self._fields else next(iter(self))
            chosen.errors = [_(refusal.sentence)]
            return False
        return True


class IdentityForm(ServerForm):
    """What people see of it, and what it believes."""

    name = StringField(lazy("Name"), [DataRequired(lazy("Give it a name.")), Length(max=LONGEST_NAME)])
    address = StringField(lazy("Address"), [DataRequired(lazy("Type its address.")), Length(max=LONGEST)])
    aliases = TextAreaField(lazy("Other addresses"), [Length(max=10_000)], render_kw={"rows": 2})
    team = SelectField(lazy("Team"), default=NO_TEAM)
    sender_name = StringField(lazy("Name of the sender"), [Length(max=LONGEST)])
    signature = TextAreaField(lazy("Signature"), [Length(max=LONGEST_SIGNATURE)], render_kw={"rows": 3})
    has_plus_addresses = BooleanField(lazy("Addresses with a plus arrive here"))
    trusts_spam_headers = BooleanField(lazy("Believe its marks of spam"))
    authserv_id = StringField(lazy("Server whose checks are believed"), [Length(max=LONGEST)])

    def offering_teams(self) -> "IdentityForm":
        """With all teams to choose from."""
        teams = db.session.execute(select(Team.id, Team.name).order_by(Team.name))
        named = [SelectChoice(str(each.id), each.name) for each in teams]
        self.team.choices = [SelectChoice(NO_TEAM, _("No team")), *named]
        return self

    def identity(self) -> Identity:
        """What was typed."""
        return Identity(
            name=self.name.data or "",
            address=self.address.data or "",
            aliases=(self.aliases.data or "").replace(",", "\n").split("\n"),
            sender_name=self.sender_name.data or "",
            signature=self.signature.data or "",
            team=db.session.get(Team, int(self.team.data)) if self.team.data else None,
            has_plus_addresses=bool(self.has_plus_addresses.data),
            trusts_spam_headers=bool(self.trusts_spam_headers.data),
            authserv_id=self.authserv_id.data or "",
        )


class NewMailboxForm(CreatingForm, ServerForm):
    """Its address, and who keeps it."""

    address = StringField(lazy("Address"), [DataRequired(lazy("Type its address.")), Length(max=LONGEST)])
    name = StringField(lazy("Name"), [DataRequired(lazy("Give it a name.")), Length(max=LONGEST_NAME)])
    provider = RadioField(
        lazy("Who keeps it?"),
        choices=[SelectChoice(key, each.name) for key, each in PROVIDERS.items()],
        default="imap",
    )


class IncomingForm(ServerForm):
    """The server its mail is fetched from, and how the desk signs in."""

    imap_host = StringField(lazy("Server"), [Length(max=LONGEST)])
    imap_port = NumberField(lazy("Port"), default=993)
    imap_security = SelectField(lazy("Encryption"), choices=SECURITIES, default=Security.TLS.value)
    imap_user = StringField(lazy("User name"), [Length(max=LONGEST)])
    sign_in = RadioField(
        lazy("The desk signs in with"),
        choices=[
            SelectChoice(SignIn.PASSWORD.value, lazy("a password")),
            SelectChoice(SignIn.OAUTH2.value, lazy("a permission (OAuth 2)")),
        ],
        default=SignIn.PASSWORD.value,
    )
    imap_password = PasswordField(lazy("Password"))
    oauth_client_id = StringField(lazy("Client id"), [Length(max=LONGEST)])
    oauth_client_secret = PasswordField(lazy("Client secret"))
    oauth_authorize_url = StringField(lazy("Page that asks for permission"), [Length(max=LONGEST)])
    oauth_token_url = StringField(lazy("Address of the tokens"), [Length(max=LONGEST)])
    oauth_scope = StringField(lazy("Scope"), [Length(max=LONGEST)])
    oauth_ends_on = DateField(lazy("Ends on"), [Optional()])
    imap_folder = StringField(lazy("Folder"), [Length(max=LONGEST)], default="INBOX")
    after_fetch = RadioField(
        lazy("Once a mail is safe here, it is"),
        choices=[
            SelectChoice(AfterFetch.MARK.value, lazy("marked as read there")),
            SelectChoice(AfterFetch.MOVE.value, lazy("moved to another folder there")),
            SelectChoice(AfterFetch.DELETE.value, lazy("deleted there")),
        ],
        default=AfterFetch.MARK.value,
    )
    done_folder = StringField(lazy("That other folder"), [Length(max=LONGEST)])

    def server(self) -> Incoming:
        """What was typed about the server."""
        return Incoming(
            host=self.imap_host.data or "",
            port=self.imap_port.data or 0,
            security=Security(self.imap_security.data),
            user=self.imap_user.data or "",
            password=self.imap_password.data or "",
            folder=self.imap_folder.data or "",
            after_fetch=AfterFetch(self.after_fetch.data),
            done_folder=self.done_folder.data or "",
        )

    def permit(self) -> Permit:
        """What was typed about signing in."""
        return Permit(
            sign_in=SignIn(self.sign_in.data),
            authorize_url=self.oauth_authorize_url.data or "",
            token_url=self.oauth_token_url.data or "",
            scope=self.oauth_scope.data or "",
            client_id=self.oauth_client_id.data or "",
            client_secret=self.oauth_client_secret.data or "",
            ends_at=_start_of(self.oauth_ends_on.data) if self.oauth_ends_on.data else None,
        )


class OutgoingForm(ServerForm):
    """The server its mail is sent by."""

    smtp_host = StringField(lazy("Server"), [Length(max=LONGEST)])
    smtp_port = NumberField(lazy("Port"), default=587)
    smtp_security = SelectField(lazy("Encryption"), choices=SECURITIES, default=Security.STARTTLS.value)
    smtp_user = StringField(lazy("User name"), [Length(max=LONGEST)])
    smtp_password = PasswordField(lazy("Password"))
    hourly_limit = NumberField(lazy("Send brake"), default=500)

    def server(self) -> Outgoing:
        """What was typed."""
        return Outgoing(
            host=self.smtp_host.data or "",
            port=self.smtp_port.data or 0,
            security=Security(self.smtp_security.data),
            user=self.smtp_user.data or "",
            password=self.smtp_password.data or "",
            hourly_limit=self.hourly_limit.data or 0,
        )


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), viewer_zone())


def shown(form: type[ServerForm], mailbox: Mailbox) -> dict[str, Any]:
    """What a form shows of a mailbox: its columns, and of secrets nothing."""
    values = {name: getattr(mailbox, name) for name in dir(form) if name in Mailbox.__table__.columns}
    secrets = Mailbox.audit_secret
    return {name: "" if value is None else value for name, value in values.items() if name not in secrets}
