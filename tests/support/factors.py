"""Second factors for tests: an app without a phone, and what it shows at a moment."""

from helpdesk.accounts.models import User
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.sealing import seal
from helpdesk.identity import totp
from helpdesk.identity.second_factors import Authenticator

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER_SECRET = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


def give_app(person: User, *, secret: str = SECRET) -> None:
    """Somebody has an app, and no code of it was used yet."""
    db.session.add(Authenticator(user_id=person.id, secret=seal(secret), last_step=0))
    db.session.flush()


def code_now(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows, or showed so many steps ago (less than 0), or will show."""
    return totp.code_at(secret, totp.step_of(clock.now()) + steps)


def wrong_code(secret: str = SECRET) -> str:
    """A code that is none of this minute."""
    near = {code_now(secret, steps=step) for step in range(-3, 4)}
    return next(
        each
        for each in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if each not in near
    )
