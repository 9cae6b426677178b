"""The form of a sign-in provider. A secret is never put into a field."""

from flask_babel import lazy_gettext as lazy
from sqlalchemy import func, select
from wtforms import BooleanField, PasswordField, RadioField, StringField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from helpdesk.accounts.models import Role
from helpdesk.core.db import db
from helpdesk.identity.operations.providers import LONGEST_LINE, LONGEST_NAME, BadProvider, Settings
from helpdesk.identity.providers import Audience, IdentityProvider
from helpdesk.web.forms import CreatingForm
from helpdesk.web.languages import gettext as _

LONGEST_TEXT = 10_000


class ProviderForm(CreatingForm):
    """Who it is, whom it signs in, and what its word is worth."""

    name = StringField(lazy("Name"), [DataRequired(lazy("Give it a name.")), Length(max=LONGEST_NAME)])
    issuer = StringField(lazy("Issuer"), [DataRequired(lazy("Type its address.")), Length(max=LONGEST_LINE)])
    client_id = StringField(
        lazy("Client id"), [DataRequired(lazy("Type what it calls this desk.")), Length(max=LONGEST_LINE)]
    )
    client_secret = PasswordField(lazy("Client secret"))
    scopes = StringField(lazy("Scopes"), [Length(max=LONGEST_LINE)], default="openid email profile")
    audience = RadioField(
        lazy("Who signs in with it?"),
        choices=[
            SelectChoice(Audience.STAFF.value, lazy("People who work here")),
            SelectChoice(Audience.CUSTOMERS.value, lazy("Customers")),
        ],
        default=Audience.STAFF.value,
    )
    domains = TextAreaField(lazy("Domains"), [Length(max=LONGEST_TEXT)], render_kw={"rows": 2})
    creates_accounts = BooleanField(lazy("Make an account for whoever has none"))
    role_claim = StringField(lazy("Claim with the groups"), [Length(max=LONGEST_LINE)])
    roles = TextAreaField(lazy("Groups and roles"), [Length(max=LONGEST_TEXT)], render_kw={"rows": 3})
    gives_administration = BooleanField(lazy("Groups may make administrators"))
    gives_second_factor = BooleanField(lazy("Believe that it asked for a second factor"))
    is_active = BooleanField(lazy("In use"), default=True)
    look = SubmitField(lazy("Try it"))

    def settings(self) -> Settings:
        """What was typed. Raises BadProvider for a role nobody knows."""
        return Settings(
            name=self.name.data or "",
            issuer=self.issuer.data or "",
            client_id=self.client_id.data or "",
            client_secret=self.client_secret.data or "",
            scopes=self.scopes.data or "",
            audience=Audience(self.audience.data),
            domains=(self.domains.data or "").replace(",", "\n").split("\n"),
            creates_accounts=bool(self.creates_accounts.data),
            role_claim=self.role_claim.data or "",
            role_names=_role_ids(self.roles.data or ""),
            gives_administration=bool(self.gives_administration.data),
            gives_second_factor=bool(self.gives_second_factor.data),
            is_active=bool(self.is_active.data),
        )


def filled(provider: IdentityProvider) -> ProviderForm:
    """The form as the provider is."""
    names = dict(db.session.execute(select(Role.id, Role.name)).all())
    lines = [f"{group} = {names[role]}" for group, role in provider.role_names.items() if role in names]
    return ProviderForm(obj=provider, domains="\n".join(provider.domains), roles="\n".join(lines))


def _role_ids(text: str) -> dict[str, int]:
    """`group = Role`, one a line."""
    ids = {name: role_id for role_id, name in db.session.execute(select(Role.id, func.lower(Role.name)))}
    found: dict[str, int] = {}
    for line in filter(None, (each.strip() for each in text.split("\n"))):
        group, _sign, name = (part.strip() for part in line.rpartition("="))
        if not group or name.lower() not in ids:
            raise BadProvider(
                "roles", _("“%(line)s”: write a group, =, and the name of a role.", line=line[:80])
            )
        found[group] = ids[name.lower()]
    return found
