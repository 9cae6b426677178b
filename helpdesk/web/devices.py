"""Where somebody is signed in, as their page of devices lists it: for staff and customers alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import g

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.identity.models import SignInSession
from helpdesk.identity.operations.sessions import open_sessions
from helpdesk.web.browsers import described
from helpdesk.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Device:
    """A browser somebody is signed in with, or through which an administrator looks at the desk as them."""

    name: str
    handle: str
    seen_at: datetime
    is_this: bool


def devices_of(person: User) -> Sequence[Device]:
    """The one used last first. Not asked in the customers' role, which reads no sessions."""
    return [
        Device(
            name=_name(each),
            handle=each.handle,
            seen_at=each.last_seen_at,
            is_this=each.id == g.sign_in_session.id,
        )
        for each in db.session.scalars(open_sessions(person))
    ]


def _name(session: SignInSession) -> str:
    if session.impersonator_id is not None:
        return _("An administrator, who looks at the desk as you")
    return described(session.user_agent)
