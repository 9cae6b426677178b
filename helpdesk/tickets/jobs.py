"""Jobs of the tickets."""

from sqlalchemy import Connection, Select, select

from helpdesk.accounts.models import User
from helpdesk.background.jobs import Backoff, enqueue, job
from helpdesk.core.configuration import configuration
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.faults import Point, passing
from helpdesk.core.row_security import switch
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database.search_language import speak
from helpdesk.settings.catalogue import load_desk
from helpdesk.tickets import known_words
from helpdesk.tickets.models import Comment, HeldComment, Purge, Ticket
from helpdesk.tickets.operations import guest_requests, holding, keys, purging, staging


@job(name="tickets.forget_staged")
def forget_staged() -> None:
    """Remove files that were sent ahead and then left behind."""
    staging.forget_staged()


@job(name="tickets.purge", as_owner=True, retry=Backoff(times=5))
def purge(connection: Connection, purge_id: int) -> None:
    """Remove the next part of what was confirmed for good, and ask for the part after it."""
    if purging.purge_next(connection, purge_id=purge_id):
        enqueue(purge, lock=purge.name, purge_id=purge_id)


def start_purge(tickets: Select[Ticket], *, count: int, by: User) -> Purge:
    """Have tickets of the bin removed for good as soon as a worker is free. Those that leave it before that stay.

    `count` is how many were confirmed: Conflict where they are not as many any more.
    """
    confirmed = purging.confirm_purge(tickets, count=count, by=by)
    enqueue(purge, lock=purge.name, purge_id=confirmed.id)
    return confirmed


@job(name="tickets.publish_held", retry=Backoff(times=8))
def publish_held(comment_id: int) -> None:
    """Publish an answer whose time has come, under its writer's name. Whoever was faster has done it."""
    held = db.session.get(HeldComment, comment_id)
    if held is None:
        return
    writer_id = db.session.scalar(select(Comment.author_id).where(Comment.id == comment_id))
    switch(db.session(), role=DatabaseRole.APP, user_id=writer_id)
    passing(Point.HELD_BEFORE_PUBLISHING)
    try:
        holding.publish_due(held)
    except holding.NoLongerHeld:
        return
    passing(Point.HELD_PUBLISHED)


@job(name="tickets.renew_key", retry=Backoff(times=3))
def renew_key(key_id: int) -> None:
    keys.renew_key(key_id)


@job(name="tickets.ask_to_confirm", retry=Backoff(times=3))
def ask_to_confirm(guest_request_id: int) -> None:
    guest_requests.ask_to_confirm(guest_request_id)


@job(name="tickets.learn_words")
def learn_words() -> None:
    """Know what is written about these days, for those who mistype it."""
    known_words.learn_words()


@job(name="tickets.index_words", in_steps=True, retry=Backoff(times=5))
def index_words() -> None:
    """Have words found in the language that the desk has chosen: an hour's work on a large one, in nobody's way."""
    with unit_of_work():
        language = load_desk().search_language
    speak(configuration(), language)


@job(name="tickets.forget_guests")
def forget_guests() -> None:
    """Requests that nobody confirmed or that are tickets long since, and keys that ended long ago."""
    guest_requests.forget_requests()
    keys.forget_keys()
