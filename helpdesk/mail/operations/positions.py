"""How far a folder has been fetched, and how the last look at it went: kept in MailboxState."""

from datetime import timedelta

from sqlalchemy.dialects.postgresql import insert

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.mail.models import MailboxState

NOTED_EVERY = timedelta(minutes=1)


def state_of(mailbox_id: int) -> MailboxState:
    """The row, made when it is missing; two who ask at once get the same."""
    found = db.session.get(MailboxState, mailbox_id)
    if found is None:
        db.session.execute(
            insert(MailboxState).values(mailbox_id=mailbox_id, last_uid=0).on_conflict_do_nothing()
        )
        found = db.session.get_one(MailboxState, mailbox_id)
    return found


def position(mailbox_id: int, *, place: str, uid_validity: int) -> int:
    """The UID up to which everything is safe. In another place, or when its UIDs mean other mails: none is."""
    state = _locked(mailbox_id)
    if (state.place, state.uid_validity) != (place, uid_validity):
        state.place, state.uid_validity, state.last_uid = place, uid_validity, 0
        db.session.flush()
    return state.last_uid


def remember_position(mailbox_id: int, *, place: str, uid_validity: int, uid: int) -> None:
    """All up to this UID is safe. A slower fetcher beside us takes nothing of it back."""
    state = _locked(mailbox_id)
    if (state.place, state.uid_validity) == (place, uid_validity) and state.last_uid < uid:
        state.last_uid = uid
        db.session.flush()


def note_look(mailbox_id: int) -> None:
    """The folder was looked at and all is well; written at most once a minute while it stays so."""
    state = state_of(mailbox_id)
    now = clock.now()
    if state.failure is None and state.looked_at is not None and state.looked_at > now - NOTED_EVERY:
        return
    state.looked_at, state.failed_at, state.failure = now, None, None
    db.session.flush()


def note_failure(mailbox_id: int, sentence: str) -> None:
    """Fetching fails; since when stays, what was said last is what is shown."""
    state = state_of(mailbox_id)
    state.failed_at, state.failure = state.failed_at or clock.now(), sentence
    db.session.flush()


def _locked(mailbox_id: int) -> MailboxState:
    state_of(mailbox_id)
    return db.session.get_one(MailboxState, mailbox_id, with_for_update=True, populate_existing=True)
