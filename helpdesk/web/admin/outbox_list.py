"""The list of mails: what is chosen of it by the address, its rows, its counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as lazy
from flask_babel.speaklater import LazyString

from helpdesk.core.db import db
from helpdesk.core.lines import one_line
from helpdesk.core.pagination import KeysetPage, keyset_page
from helpdesk.mail.models import DeliveryState, MailPurpose, OutboxRecipient
from helpdesk.mail.policy import LOST
from helpdesk.mail.queries import ORDERS, mails_mentioning, outbox_counts, outbox_rows
from helpdesk.web.admin.list_order import Head, ListOrder, asked_order
from helpdesk.web.languages import gettext as _

PAGE_SIZE = 50
PURPOSES: Mapping[MailPurpose, LazyString] = {
    MailPurpose.CONFIRM_EMAIL: lazy("Confirm the address"),
    MailPurpose.ALREADY_REGISTERED: lazy("You have an account already"),
    MailPurpose.INVITATION: lazy("Invitation"),
    MailPurpose.INVITED_TO_ORGANIZATION: lazy("Invitation by a colleague"),
    MailPurpose.RESET_PASSWORD: lazy("Choose a new password"),
    MailPurpose.MAGIC_LINK: lazy("Link to sign in"),
    MailPurpose.CONFIRM_REQUEST: lazy("Confirm a request without an account"),
    MailPurpose.CONFIRM_ADDRESS: lazy("Confirm another address"),
    MailPurpose.TICKET_RECEIVED: lazy("We have your request"),
    MailPurpose.TICKET_ANSWERED: lazy("Answer to a ticket"),
    MailPurpose.TICKET_LINK: lazy("A new link to a ticket"),
    MailPurpose.ADDED_TO_TICKET: lazy("Asked to take part in a ticket"),
    MailPurpose.TICKET_ASSIGNED: lazy("A ticket was assigned"),
    MailPurpose.CUSTOMER_ANSWERED: lazy("The customer answered"),
    MailPurpose.DELIVERY_FAILED: lazy("An answer did not arrive"),
    MailPurpose.SECOND_FACTOR_ADDED: lazy("A second factor was added"),
    MailPurpose.SECOND_FACTOR_REMOVED: lazy("A second factor was removed"),
}
STATES: Mapping[DeliveryState, LazyString] = {
    DeliveryState.WAITING: lazy("Waiting"),
    DeliveryState.SENDING: lazy("Sending"),
    DeliveryState.FAILED: lazy("Failed"),
    DeliveryState.BOUNCED: lazy("Came back"),
    DeliveryState.SENT: lazy("Sent"),
}

SHOWN: Mapping[DeliveryState, Sequence[DeliveryState]] = {
    DeliveryState.WAITING: (DeliveryState.WAITING, DeliveryState.SENDING),
    DeliveryState.FAILED: LOST,
    DeliveryState.SENT: (DeliveryState.SENT,),
}
"""What can be chosen, and the states it means."""


@dataclass(frozen=True, slots=True)
class MailsList:
    """One page of mails and how it was asked for. What was sent only grows, so it is not counted."""

    show: DeliveryState | None
    words: str
    order: ListOrder
    page: KeysetPage[Any]
    counts: Mapping[DeliveryState, int]

    @property
    def state(self) -> dict[str, Any]:
        """What the address chooses: kept by every link and form beside it."""
        return _chosen(self.show.value if self.show else None, self.words, self.order.sort)

    @property
    def kept(self) -> dict[str, Any]:
        """What the form of the search keeps."""
        return {name: value for name, value in self.state.items() if name != "q"}

    @property
    def segments(self) -> list[dict[str, Any]]:
        """All, and by state."""
        names = [(None, _("All")), *((state, str(STATES[state])) for state in SHOWN)]
        return [
            {
                "label": name,
                "url": self.beside(state=state.value if state else None),
                "is_current": state == self.show,
                "count": self.counts.get(state) if state else None,
            }
            for state, name in names
        ]

    @property
    def heads(self) -> dict[str, Head]:
        return self.order.heads(lambda sort: self.beside(sort=sort))

    def beside(self, **changes: str | None) -> str:
        """The address of a list next to this one."""
        kept: dict[str, Any] = {**self.state, **changes}
        return url_for("admin.outbox.index", **{name: value for name, value in kept.items() if value})


def mails_list() -> MailsList:
    """What the address asks for. Costs two statements."""
    show, words, order = _asked()
    rows = outbox_rows()
    if show is not None:
        rows = rows.where(OutboxRecipient.state.in_(SHOWN[show]))
    if words:
        rows = mails_mentioning(rows, words, purposes=_purposes_called(words))
    waiting, failed = db.session.execute(outbox_counts()).one()
    marks = {name: request.args.get(name) for name in ("after", "before")}
    page = keyset_page(rows, order.keys, size=PAGE_SIZE, **marks)
    return MailsList(show, words, order, page, {DeliveryState.WAITING: waiting, DeliveryState.FAILED: failed})


def state_of_list() -> dict[str, Any]:
    """What the address chooses of the list, page included, for who comes back to it."""
    show, words, order = _asked()
    marks = {name: request.args[name] for name in ("after", "before") if request.args.get(name)}
    return _chosen(show.value if show else None, words, order.sort) | marks


def _asked() -> tuple[DeliveryState | None, str, ListOrder]:
    state = request.args.get("state", "")
    show = DeliveryState(state) if state in list(SHOWN) else None
    return show, one_line(request.args.get("q", "")), asked_order(ORDERS)


def _chosen(state: str | None, words: str, sort: str | None) -> dict[str, Any]:
    values = {"state": state, "q": words, "sort": sort}
    return {name: value for name, value in values.items() if value}


def _purposes_called(words: str) -> list[MailPurpose]:
    """The purposes that people call so."""
    return [purpose for purpose, name in PURPOSES.items() if words.casefold() in str(name).casefold()]
