"""An administrator's own words for a kind of letter, and the way back to ours."""

from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.mail.models import MailPurpose, MailTemplate
from helpdesk.mail.templates import Wording, checked, default_wording


def change_wording(purpose: MailPurpose, *, subject: str, content: str, by: User) -> Wording:
    """Use these words from now on, also in letters that wait; our own words are kept as nothing. Raises BadTemplate."""
    words = checked(purpose, subject=subject, content=content)
    kept = _kept(purpose)
    if words == default_wording(purpose):
        reset_wording(purpose, by=by)
    elif kept is None:
        db.session.add(MailTemplate(purpose=purpose, subject=words.subject, content=words.content))
    else:
        kept.subject, kept.content = words.subject, words.content
    db.session.flush()
    return words


def reset_wording(purpose: MailPurpose, *, by: User) -> None:
    """Our words again, also those of later versions."""
    kept = _kept(purpose)
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()


def _kept(purpose: MailPurpose) -> MailTemplate | None:
    return db.session.scalars(
        select(MailTemplate).where(MailTemplate.purpose == purpose).with_for_update()
    ).one_or_none()
