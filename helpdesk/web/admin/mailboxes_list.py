"""The list of mailboxes, and one of them by its address."""

from typing import Any

from flask import abort
from sqlalchemy import Row, Text, func, select
from sqlalchemy.orm import selectinload

from helpdesk.accounts.models import Team
from helpdesk.core.db import db
from helpdesk.core.pagination import Key
from helpdesk.mail.models import InboundMessage, Mailbox, MailboxState, Verdict
from helpdesk.web.admin.sorted_lists import SortedList, asked_words, has_words, sorted_list

UNSETTLED = (Verdict.WAITING, Verdict.QUARANTINED, Verdict.FAILED)


def mailboxes_list() -> SortedList:
    """Costs one statement; two for an empty list."""
    held = (
        select(func.count())
        .where(InboundMessage.mailbox_id == Mailbox.id, InboundMessage.verdict.in_(UNSETTLED))
        .correlate(Mailbox)
        .scalar_subquery()
    )
    found = select(Mailbox).outerjoin(MailboxState, MailboxState.mailbox_id == Mailbox.id)
    found = found.outerjoin(Team, Team.id == Mailbox.team_id)
    found = found.where(has_words(asked_words(), Mailbox.name, Mailbox.address, func.coalesce(Team.name, "")))
    last = Key(Mailbox.id)
    orders = {
        "name": [Key(func.lower(Mailbox.name, type_=Text())), last],
        "address": [Key(Mailbox.address_key), last],
    }
    rows = found.with_only_columns(
        *health_columns(),
        Mailbox.id,
        Mailbox.name,
        Mailbox.address,
        Mailbox.is_default,
        Mailbox.smtp_host,
        Mailbox.door_secret_hash.is_not(None).label("has_door"),
        Team.name.label("team"),
        held.label("held"),
    )
    return sorted_list("admin.mailboxes.index", rows, orders=orders)


def health_columns() -> tuple[Any, ...]:
    """What mailbox_health reads."""
    return (
        Mailbox.is_active,
        Mailbox.connected_at,
        Mailbox.imap_host,
        Mailbox.oauth_ends_at,
        MailboxState.looked_at,
        MailboxState.failed_at,
        MailboxState.failure,
        MailboxState.sent_at,
        MailboxState.send_failed_at,
        MailboxState.send_failure,
        MailboxState.braked_at,
    )


def mailbox_or_404(mailbox_id: int) -> Mailbox:
    """The mailbox with this id, and its team."""
    found = select(Mailbox).where(Mailbox.id == mailbox_id).options(selectinload(Mailbox.team))
    mailbox = db.session.scalars(found).one_or_none()
    if mailbox is None:
        abort(404)
    return mailbox


def state_of_mailbox(mailbox: Mailbox) -> Row[Any]:
    """What the fetcher and the sender know of it, as mailbox_health reads it."""
    rows = select(Mailbox).outerjoin(MailboxState, MailboxState.mailbox_id == Mailbox.id)
    return db.session.execute(rows.where(Mailbox.id == mailbox.id).with_only_columns(*health_columns())).one()
