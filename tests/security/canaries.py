"""Words that stand in all that is between colleagues, and the search for them in all that goes to others."""

import io
from collections.abc import Mapping

from sqlalchemy import select

from helpdesk.accounts.models import Organization, User
from helpdesk.core.db import db
from helpdesk.tickets.models import Mode, Ticket
from helpdesk.tickets.operations import Upload, note, reply, set_tags, watch
from helpdesk.tickets.operations.drafting import save_draft
from helpdesk.tickets.operations.writing import Writing
from tests.conftest import person_named
from tests.support.browser import Seen
from tests.support.tally import tally

TEXT, CONTENT, NAME = "canary-text-7f3a", "canary-content-19c2", "canary-name-b81e"
ALT, TAG, DRAFT, ABOUT = "canary-alt-55d0", "canary-tag-03be", "canary-draft-c4f1", "canary-about-9a62"
CANARIES = (TEXT, CONTENT, NAME, ALT, TAG, DRAFT, ABOUT, "canary")
OUTSIDERS = (
    "own customer",
    "colleague",
    "colleague who is shown all",
    "manager",
    "stranger",
    "link holder",
    "anonymous",
)


def haunt(ticket: Ticket, *, by: User) -> None:
    """Canaries in all that is between colleagues: notes, their files, a tag, a draft, what is said about people."""
    watch(ticket, by=by)
    for turn in range(3):
        files = [Upload(f"{NAME}-{turn}.txt", io.BytesIO(f"{CONTENT} {turn}".encode()))]
        note(ticket, by=by, content=f"{TEXT} {turn}", uploads=files)
        reply(ticket, by=by, content=f"Answer {turn}", uploads=[Upload("ok.txt", io.BytesIO(b"fine"))])
    shown = Writing(text=ALT, html=f'<p>{ALT} <img src="https://x.example/a.png" alt="{ALT}"></p>')
    note(ticket, by=by, content=shown)
    set_tags(ticket, names=[TAG], by=by)
    save_draft(ticket, by=by, mode=Mode.NOTE, content=Writing(text=DRAFT))
    for each in (person_named("carl"), *db.session.scalars(select(Organization))):
        each.notes = ABOUT


def bytes_of(answer: Seen) -> str:
    return str(answer.headers) + answer.response.get_data().decode("utf-8", "replace")


def leaks(answers: Mapping[str, Seen]) -> dict[str, str]:
    """By address, the canary that its answer has, in its headers or its body."""
    tally("headers and bodies of answers searched for canaries", 2 * len(answers))
    return {
        path: canary for path, answer in answers.items() for canary in CANARIES if canary in bytes_of(answer)
    }
