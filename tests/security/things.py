"""The desk that the matrix asks for everything on it: what its addresses name, and the words that stand in each."""

import io
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from helpdesk.accounts.models import Role, RolePermission, Team, User
from helpdesk.accounts.operations.profiles import show_as
from helpdesk.accounts.permissions import READ_ONLY
from helpdesk.core.db import db
from helpdesk.settings.catalogue import change_settings, load_desk
from helpdesk.settings.logos import wear
from helpdesk.tickets.models import HeldComment, Ticket
from helpdesk.tickets.operations import Upload, delete, note, open_ticket, reply
from helpdesk.web.brand import stylesheet_name
from tests.conftest import person_named
from tests.security.actors import ACTORS, STAFF
from tests.support.furnished import call_in, file_of, furnish, key_to, numbered, picture
from tests.support.mailed import arrive, letter
from tests.support.real_desk import RealDesk

COLOUR = "#7a1f5c"
NAMES: Mapping[str, str] = {
    "colour": COLOUR.lstrip("#"),
    "queue": "open",
    "script": "js/app.js",
    "setting": "answer_within_hours",
    "kind": "ticket_answered",
    "group": "desk",
    "table": "overview",
    "mailbox": "support@desk.test",
    "handle": "b" * 24,
    "way": "outgoing",
    "deed": "readings",
}
"""What stands for an argument that is a name of ours."""


OWNERS: Mapping[str, str] = {"own": "carl", "deleted": "carl", "foreign": "dora"}
"""By ticket of the matrix, whose it is."""
NOTED = "nightjar"
"""What stands in all their notes, in the files of these and their names."""


def world(desk: RealDesk) -> dict[str, Any]:
    """A furnished desk, and beside it a request of Carl's own, one in the bin, and one of a stranger."""
    places: dict[str, Any] = dict(furnish(desk))
    with desk.doing("ada") as ada:
        carl, _dora = person_named("carl"), call_in("dora")
        role = db.session.scalars(select(Role).where(Role.name == READ_ONLY)).one()
        call_in("rita", is_staff=True, role_id=role.id)
        for thing, owner in OWNERS.items():
            ticket = open_ticket(
                requester=person_named(owner),
                by=ada,
                title=f"{word_of(thing)} asked",
                description=f"{word_of(thing)} told",
                uploads=[a_file(word_of(thing))],
            )
            note(ticket, by=ada, content=f"Between us: {NOTED}", uploads=[a_file(NOTED)])
            reply(ticket, by=ada, content=f"Read this: {word_of(thing)}")
            places[thing] = ticket.ticket_number
        work_for(*(numbered(places[each]) for each in OWNERS))
        delete(numbered(places["deleted"]), by=ada)
        show_as(carl, picture(), filename="carl.png")
        wear(picture(), filename="logo.png")
        change_settings(accent_color=COLOUR)
        places |= {"logo": load_desk().logo_sha256, "colours": stylesheet_name(COLOUR), **NAMES}
    for thing, number in [(each, places[each]) for each in OWNERS]:
        places |= {f"{thing}-{name}": value for name, value in mailed(desk, number).items()}
    for thing in OWNERS:
        places[f"{thing}-file"] = file_of(desk, places[thing])
    places["noted-file"] = file_of(desk, places["own"], is_internal=True)
    places["key"] = key_to(desk, places["own"])
    return places


def mailed(desk: RealDesk, number: str) -> dict[str, Any]:
    """A stranger's mail waits at the ticket of this number: what addresses call it."""
    with desk.doing("ada"):
        raw = letter(sender="olga@stranger.example", subject=number)
        olga = person_named("olga")
        comment = arrive(numbered(number), raw, by=olga, sender="olga@stranger.example", is_strangers=True)
        held = db.session.get_one(HeldComment, comment.id)
        return {"message_id": comment.id, "held_id": held.public_id}


def word_of(thing: str) -> str:
    """A word that stands in all that is public of this ticket, and nowhere else."""
    return f"linnet-{thing}"


def a_file(word: str) -> Upload:
    return Upload(f"{word}.txt", io.BytesIO(word.encode()))


HOW_FAR = ("of the team", "of another team", "who sees what they have")


def work_for(own: Ticket, deleted: Ticket, foreign: Ticket) -> None:
    """Two teams, each with an agent who sees what it has: the one has Carl's tickets, the other the stranger's. The
    one of Carl's that is there is with somebody who sees nothing else."""
    tom, otto, sue = (called_in(f"agent {how}") for how in HOW_FAR)
    first = db.session.scalars(select(Team).options(selectinload(Team.members))).one()
    second = Team(name="Second line", members=[otto])
    first.members.append(tom)
    db.session.add(second)
    db.session.flush()
    own.team_id, deleted.team_id, foreign.team_id = first.id, first.id, second.id
    own.assignee_id = sue.id
    db.session.flush()


def called_in(actor: str) -> User:
    """Somebody of the staff who may what the matrix says of them."""
    permissions = [RolePermission(permission=each) for each in STAFF[actor]]
    return call_in(ACTORS[actor], is_staff=True, role=Role(name=actor, permissions=permissions))
