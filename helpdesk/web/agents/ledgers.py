"""How far an answer has come with each of those it was sent to, as its message shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.mail.models import DeliveryState, MailPurpose
from helpdesk.web.languages import gettext, ngettext

LOST = (DeliveryState.FAILED, DeliveryState.BOUNCED)
UNDER_WAY = (DeliveryState.WAITING, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One address, and what became of the mail there."""

    id: int
    email: str
    state: DeliveryState
    moment: datetime
    tries: int
    answer: str
    """What the server said: when it took the mail, when it refused, or what a bounce told."""
    is_acknowledgement: bool

    @property
    def is_lost(self) -> bool:
        return self.state in LOST

    @property
    def is_late(self) -> bool:
        """A server has refused it for now; it is tried again."""
        return self.state is DeliveryState.WAITING and self.tries > 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """All deliveries of one message; empty where no mail went out."""

    deliveries: tuple[Delivery, ...] = ()

    @property
    def lost(self) -> Sequence[Delivery]:
        return [each for each in self.deliveries if each.is_lost]

    @property
    def look(self) -> str:
        """The worst of their states: what the line is marked with."""
        states = {each.state for each in self.deliveries}
        return "lost" if self.lost else "under-way" if states.intersection(UNDER_WAY) else "sent"

    @property
    def words(self) -> str:
        """One line about all of them."""
        count, lost = len(self.deliveries), len(self.lost)
        if lost == count == 1:
            return gettext("Did not arrive at %(address)s", address=self.lost[0].email)
        if lost:
            return ngettext(
                "%(num)d of %(count)d mails did not arrive",
                "%(num)d of %(count)d mails did not arrive",
                lost,
                count=count,
            )
        if self.look == "under-way":
            waiting = sum(each.state in UNDER_WAY for each in self.deliveries)
            return ngettext("%(num)d mail waits to be sent", "%(num)d mails wait to be sent", waiting)
        if all(each.is_acknowledgement for each in self.deliveries):
            return gettext("Acknowledged by mail")
        return ngettext("Sent to %(num)d address", "Sent to %(num)d addresses", count)

    @property
    def failure(self) -> str:
        """What to tell above the message: where it did not arrive, and what the servers said."""
        lost = [each for each in self.lost if not each.is_acknowledgement]
        told = [f"{each.email}: {each.answer}" if each.answer else each.email for each in lost]
        return " · ".join(dict.fromkeys(told))


def ledger_of(deliveries: Sequence[Mapping[str, Any]]) -> Ledger:
    """From the column of `messages_with_mail`."""
    return Ledger(tuple(_delivery(each) for each in deliveries))


def _delivery(each: Mapping[str, Any]) -> Delivery:
    state = DeliveryState(each["state"])
    return Delivery(
        id=each["id"],
        email=each["email"] or gettext("an address that is gone"),
        state=state,
        moment=datetime.fromisoformat(each["state_at"]),
        tries=each["attempts"],
        answer=(each["answer"] if state is DeliveryState.SENT else each["error"]) or "",
        is_acknowledgement=each["purpose"] == MailPurpose.TICKET_RECEIVED,
    )
