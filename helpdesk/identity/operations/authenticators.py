"""The app that makes codes: offered, confirmed by its first code, asked, removed."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, select

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.errors import Conflict, Unwelcome
from helpdesk.core.sealing import Unsealable, seal, unseal
from helpdesk.identity import totp
from helpdesk.identity.second_factors import Authenticator

OFFER_STANDS = timedelta(hours=1)
_KIND = "authenticator"


class WrongCode(Unwelcome):
    """Not the code of this moment, or one that was used before."""

    status = 422


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret that nobody has yet. `sealed` goes along with the form: nothing is stored before the first code."""

    secret: str
    sealed: str


def offer_authenticator(person: User) -> Offer:
    """A fresh secret for this person's app."""
    secret = totp.new_secret()
    until = int((clock.now() + OFFER_STANDS).timestamp())
    return Offer(secret, seal(f"{_KIND} {person.id} {until} {secret}"))


def offered(person: User, sealed: str) -> Offer:
    """The offer of a form that comes back. Raises WrongCode for another person's, an old one, or another text."""
    try:
        kind, owner, until, secret = unseal(sealed).split(" ")
    except (Unsealable, ValueError):
        raise _too_late() from None
    if (kind, owner) != (_KIND, str(person.id)) or int(until) < clock.now().timestamp():
        raise _too_late()
    return Offer(secret, sealed)


def add_authenticator(person: User, *, sealed: str, code: str) -> None:
    """Keep the secret, now that a code shows that the app has it. Raises WrongCode; Conflict where there is one."""
    offer = offered(person, sealed)
    step = totp.matching_step(offer.secret, code, clock.now())
    if step is None:
        raise WrongCode("This is not the code of the moment. Look at the app and type the one it shows now.")
    if db.session.scalars(_of(person)).first() is not None:
        raise Conflict("You have an app already. Remove it first, then add another one.")
    db.session.add(Authenticator(user_id=person.id, secret=seal(offer.secret), last_step=step))
    db.session.flush()


def take_app_code(person: User, code: str) -> bool:
    """Whether it is the code of the person's app. Then it, and each before it, is used up in every spelling."""
    app = db.session.scalars(_of(person).with_for_update()).first()
    if app is None:
        return False
    moment = clock.now()
    step = totp.matching_step(unseal(app.secret), code, moment)
    if step is None or step <= app.last_step:
        return False
    app.last_step, app.used_at = step, moment
    db.session.flush()
    return True


def remove_authenticator(person: User) -> bool:
    """Its codes are good no longer. False where there was none."""
    app = db.session.scalars(_of(person)).first()
    if app is None:
        return False
    db.session.delete(app)
    db.session.flush()
    return True


def _of(person: User) -> Select[Authenticator]:
    found = select(Authenticator).where(Authenticator.user_id == person.id)
    return found.execution_options(populate_existing=True)


def _too_late() -> WrongCode:
    return WrongCode("This page was open for too long. Begin again with a new picture.")
