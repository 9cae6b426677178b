"""To whom a message went, and how it arrived where it came by mail: what its head shows folded, and its deeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import Row

from helpdesk.core.current import Via
from helpdesk.tickets.models import RecipientKind, Ticket
from helpdesk.web.languages import gettext
from helpdesk.web.moments import exact

NAMED = 3
"""So many people a line names; more are counted."""
WAYS: Mapping[Via, LazyString] = {
    Via.MAIL: _("by mail"),
    Via.PHONE: _("by phone"),
    Via.WALK_IN: _("in person"),
    Via.API: _("by the API"),
}
"""How a message came in, where it was not typed on these pages by who wrote it."""
KINDS: Mapping[RecipientKind, LazyString] = {
    RecipientKind.TO: _("To"),
    RecipientKind.CC: _("Cc"),
    RecipientKind.BCC: _("Bcc"),
}
AUTOMATIC: Mapping[str, LazyString] = {
    "auto-reply": _("Automatic reply"),
    "auto-generated": _("Sent by a machine"),
    "bulk": _("Bulk mail"),
    "list": _("From a mailing list"),
    "bounce": _("Delivery report"),
    "feedback-report": _("Complaint about a mail"),
    "receipt": _("Read receipt"),
}
"""Why a mail is taken for one that nobody wrote, by what the parser says."""
_ByKind = Mapping[RecipientKind, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands on a message. `facts` are its lines: what each is, and what it says."""

    route: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    automatic: str = ""
    sender: str = ""
    """The address a mail came from; empty for what came by no mail."""
    is_blocked: bool = False
    original_url: str = ""
    """Where the mail is shown as it was sent: for a frame without rights."""
    remote_url: str = ""
    """The same with pictures from elsewhere."""
    raw_url: str = ""


def envelope_of(kind: str, found: Row[Any], ticket: Ticket) -> Envelope:
    """The envelope of a row of `messages_with_mail`, which is of this kind of message."""
    by_kind = _addressed(found.recipients)
    route = _route(kind, found, ticket, by_kind)
    mail = found.mail
    if mail is None:
        return Envelope(route=route, facts=tuple(_lines(by_kind)))
    names = {"number": ticket.ticket_number, "message_id": found.comment_id}
    return Envelope(
        route=route,
        facts=(
            (gettext("From"), written(mail["sender_name"], mail["sender"])),
            *_lines(by_kind),
            *_moments(mail),
            *([(gettext("Subject"), mail["subject"])] if mail["subject"] else []),
        ),
        automatic=str(AUTOMATIC.get(mail["automatic"], mail["automatic"] or "")),
        sender=mail["sender"],
        is_blocked=mail["is_blocked"],
        original_url=url_for("agents.originals.show", **names),
        remote_url=url_for("agents.originals.show", pictures="remote", **names),
        raw_url=url_for("agents.originals.raw", **names),
    )


def written(name: str, address: str) -> str:
    """A name and an address as mails write them."""
    return f"{name} <{address}>" if name and address else name or address


def _addressed(recipients: Sequence[Mapping[str, Any]]) -> _ByKind:
    return {
        kind: there
        for kind in KINDS
        if (there := [each for each in recipients if each["kind"] == kind.value])
    }


def _lines(by_kind: _ByKind) -> list[tuple[str, str]]:
    return [
        (str(KINDS[kind]), ", ".join(written(each["name"], each["email"]) for each in there))
        for kind, there in by_kind.items()
    ]


def _moments(mail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """When it says it was sent, and when it came where that is another moment."""
    arrived = datetime.fromisoformat(mail["arrived_at"])
    where = gettext("%(moment)s at %(address)s", moment=exact(arrived), address=mail["mailbox"])
    received = (gettext("Received"), where)
    if mail["sent_at"] is None:
        return [received]
    return [(gettext("Date"), exact(datetime.fromisoformat(mail["sent_at"]))), received]


def _route(kind: str, found: Row[Any], ticket: Ticket, by_kind: _ByKind) -> str:
    """To whom, for whom, and through which door where it was not these pages."""
    parts = []
    if RecipientKind.TO in by_kind:
        parts.append(gettext("to %(name)s", name=_few(by_kind[RecipientKind.TO])))
    elif kind == "reply":
        parts.append(gettext("to %(name)s", name=ticket.requester.name))
    if RecipientKind.CC in by_kind:
        parts.append(gettext("cc %(name)s", name=_few(by_kind[RecipientKind.CC])))
    if RecipientKind.BCC in by_kind:
        parts.append(gettext("bcc %(name)s", name=_few(by_kind[RecipientKind.BCC])))
    if found.is_opening and found.author_id != ticket.requester_id:
        parts.append(gettext("on behalf of %(name)s", name=ticket.requester.name))
    if found.via in WAYS:
        parts.append(str(WAYS[found.via]))
    return ", ".join(parts)


def _few(people: Sequence[Mapping[str, Any]]) -> str:
    names = [each["name"] or each["email"] for each in people]
    if len(names) <= NAMED:
        return ", ".join(names)
    return ", ".join([*names[: NAMED - 1], gettext("and %(count)s more", count=len(names) - NAMED + 1)])
