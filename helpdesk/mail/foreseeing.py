"""Whom a deed for many tickets would write to: told before it is done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.mail.bulk_deeds import RESEND
from helpdesk.mail.models import OutboxRecipient
from helpdesk.mail.operations.resending import lost_of
from helpdesk.mail.own_addresses import is_own, own_addresses
from helpdesk.mail.queries.reachable import reachable
from helpdesk.mail.ticket_subscribers import TOLD_SINGLY
from helpdesk.settings.catalogue import load_desk
from helpdesk.tickets.bulk.deeds import ASSIGNEE
from helpdesk.tickets.bulk.writing import REPLY
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import name_of
from helpdesk.tickets.recipients import Recipient, letters_to_answer, people_to_answer, proposal_from

NAMED = 5


@dataclass(frozen=True, slots=True)
class Letters:
    """How many letters would leave, and to whom: the first names, and how many people more."""

    count: int = 0
    names: Sequence[str] = ()
    more: int = 0
    is_capped: bool = False
    """Of so many tickets only the first are told by a letter each."""
    unreached: Sequence[str] = ()
    """Numbers of the tickets on which nobody can be written to: the answer stands there, and is mailed to nobody."""


def foresee_letters(deed: str, value: str, tickets: Select[Ticket], *, changing: int, by: User) -> Letters:
    """What would be mailed if this were done to these tickets, which would change: so many."""
    if not changing:
        return Letters()
    if deed == RESEND:
        return _sent_again(tickets)
    if deed == REPLY:
        return _answers(tickets, by)
    if deed == ASSIGNEE and value and value != str(by.id) and load_desk().mails_assignments:
        people = reachable(User.id == int(value))
        told = min(changing, TOLD_SINGLY)
        return Letters(told if people else 0, [person.name for person, _ in people], 0, changing > told)
    return Letters()


def _answers(tickets: Select[Ticket], by: User) -> Letters:
    """To everybody to whom a single answer would go; each gets one for each of their tickets."""
    own = own_addresses()
    columns = (Ticket.ticket_number, people_to_answer().label("people"), letters_to_answer().label("letters"))
    to: Counter[Recipient] = Counter()
    unreached: list[str] = []
    for row in db.session.execute(tickets.order_by(None).order_by(Ticket.id).with_only_columns(*columns)):
        chosen = proposal_from(row.people, row.letters, by=by).recipients
        reached = [each for _kind, each in chosen if not is_own(each.email, own)]
        to.update(reached)
        if not reached:
            unreached.append(row.ticket_number)
    most = [each.name or each.email for each, _letters in to.most_common(NAMED)]
    return Letters(to.total(), most, len(to) - len(most), unreached=unreached)


def _sent_again(tickets: Select[Ticket]) -> Letters:
    lost = lost_of(tickets).order_by(None)
    of_each = lost.with_only_columns(OutboxRecipient.user_id, func.count().label("letters"))
    by_person = of_each.group_by(OutboxRecipient.user_id).subquery()
    rows = db.session.execute(
        select(
            name_of(by_person.c.user_id).label("name"),
            func.sum(by_person.c.letters).over().label("letters"),
            func.count().over().label("people"),
        )
        .order_by(by_person.c.letters.desc(), by_person.c.user_id)
        .limit(NAMED)
    ).all()
    if not rows:
        return Letters()
    return Letters(int(rows[0].letters), [row.name for row in rows], rows[0].people - len(rows))
