"""Those who gave the first proof and not yet the second: who they are, and what is done in their name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import request, session
from werkzeug.wrappers import Response

from helpdesk.core import current
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.identity.models import SessionStage
from helpdesk.identity.queries import Factors, factors_of
from helpdesk.web import doorway
from helpdesk.web.answers import local_path, see_other
from helpdesk.web.doorway import HalfWay
from helpdesk.web.guards import WAY_ON
from helpdesk.web.public.deeds import deed


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that waits for its second half: what has to be known of it when nothing holds a connection."""

    session_id: int
    person_id: int
    stays: bool


def let_in_half_way(stage: SessionStage) -> Response | None:
    """For `bp.before_request`: only who waits at this stage; the others are led where they belong."""
    found = doorway.half_way()
    if found is None:
        person = doorway.person()
        if person is None:
            return see_other("public.sign_in.new")
        return see_other("public.start")
    if found.session.stage is not stage:
        return see_other(WAY_ON[found.session.stage], next=local_path(request.args.get("next"), "") or None)
    return None


def waiting() -> HalfWay:
    """Who waits; the door was passed."""
    found = doorway.half_way()
    assert found is not None, "let_in_half_way comes first"
    return found


def factors_of_waiting() -> Factors:
    """What they can prove."""
    with acting_as(db.session(), DatabaseRole.APP):
        return factors_of(waiting().owner)


@contextmanager
def deed_of_waiting() -> Iterator[Pending]:
    """A deed of theirs, under their name. It begins without a connection: what is counted takes one of its own."""
    found = waiting()
    pending = Pending(found.session.id, found.owner.id, bool(session.permanent))
    db.session.rollback()
    current.change(user_id=pending.person_id)
    try:
        with deed():
            yield pending
    except BaseException:
        current.change(user_id=None)
        raise
