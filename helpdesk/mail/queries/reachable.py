"""Who can be written to, and at which address."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.db import db
from helpdesk.mail.own_addresses import is_own, own_addresses
from helpdesk.tickets.models import Comment, CommentRecipient, RecipientKind

People = Sequence[tuple[User, EmailAddress]]


def reachable(*which: ColumnElement[bool]) -> People:
    """These people with their primary addresses. Nobody writes to one of our own addresses: it would come back."""
    return _not_ours(
        select(User, EmailAddress)
        .join(EmailAddress, (EmailAddress.user_id == User.id) & EmailAddress.is_primary)
        .where(*which, *_ABLE)
        .order_by(User.id)
    )


def addressed_in(comment: Comment, kind: RecipientKind, *, but: User) -> People:
    """Those an answer was written to, at the addresses that were chosen; never `but`, who wrote it."""
    return _not_ours(
        select(User, EmailAddress)
        .join(EmailAddress, EmailAddress.user_id == User.id)
        .join(CommentRecipient, CommentRecipient.email_key == EmailAddress.email_key)
        .where(
            CommentRecipient.comment_id == comment.id,
            CommentRecipient.kind == kind,
            User.id != but.id,
            *_ABLE,
        )
        .order_by(CommentRecipient.id)
    )


_ABLE = (User.is_active, User.anonymised_at.is_(None), ~User.is_system)


def _not_ours(people: Select[User, EmailAddress]) -> People:
    own = own_addresses()
    found = db.session.execute(people)
    return [(person, address) for person, address in found if not is_own(address.email, own)]
