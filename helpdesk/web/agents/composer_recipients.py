"""The recipients above the editor: whom the conversation suggests, whom the form or the draft says, what is new."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import g, request

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.mail.own_addresses import is_own, own_addresses
from helpdesk.tickets.models import RecipientKind, Ticket
from helpdesk.tickets.operations.addressing import BadRecipient, name_and_address, recipients_named
from helpdesk.tickets.recipients import Proposal, Recipient, Recipients, derived, proposal_from

KINDS = tuple(kind.value for kind in RecipientKind)
MARK = "recipients"
"""The field that says: this form shows recipients. Without it those that the conversation suggests are taken."""
TYPED = "_typed"
ByKind = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """One address: a tick in the form. `change` says how it differs from the last answer: new, gone or nothing."""

    kind: str
    email: str
    name: str
    is_chosen: bool
    change: str = ""


@dataclass(frozen=True, slots=True)
class ComposerRecipients:
    """What components/composer_recipients.html takes."""

    chips: tuple[Chip, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()
    """Each kind with what is no recipient yet: it has to be mended."""
    gone: tuple[str, ...] = ()
    """Names of those who got the last answer and take part no more."""

    @property
    def is_open(self) -> bool:
        """Something has to be mended."""
        return any(text for _kind, text in self.typed)


NOBODY = ComposerRecipients()


def suggested(ticket: Ticket) -> Proposal:
    """Who would get this agent's answer, and who might."""
    return derived(ticket, by=g.agent, is_own=_own())


def suggested_from(
    people: Sequence[Mapping[str, Any]], letters: Sequence[Mapping[str, Any]], own: Collection[str]
) -> Proposal:
    """The same from columns of the ticket's row; `own` are the addresses of the desk."""
    return proposal_from(people, letters, by=g.agent, is_own=lambda address: is_own(address, own))


def _own() -> Callable[[str], bool]:
    """Tells our own addresses; asks for them only where somebody wants to know."""
    known = cache(own_addresses)
    return lambda address: is_own(address, known())


def named_in_request() -> ByKind | None:
    """Addresses as the form that was sent has them, unchecked; None where it shows none."""
    if MARK not in request.form:
        return None
    return {
        kind: [*request.form.getlist(kind), *_typed(request.form.get(kind + TYPED, ""))] for kind in KINDS
    }


def _typed(text: str) -> list[str]:
    return [each.strip() for each in text.replace(";", ",").replace("\n", ",").split(",") if each.strip()]


def recipients_in_request(ticket: Ticket) -> Recipients | None:
    """Whom the form chose; None where it leaves that to the conversation. Raises BadRecipient."""
    named = named_in_request()
    if named is None:
        return None
    chosen = recipients_named(ticket, **named, is_own=_own())
    if not chosen and suggested(ticket).to:
        raise BadRecipient("Nobody would get this. Choose a recipient, or write a note.")
    return chosen


def chosen_in_request(ticket: Ticket) -> ByKind | None:
    """The same for a draft: None where the writer has changed nothing about what is suggested."""
    named = named_in_request()
    if named is None:
        return None
    proposal = suggested(ticket)
    as_suggested = {
        "to": [each.email for each in proposal.to],
        "cc": [each.email for each in proposal.cc],
        "bcc": [],
    }
    return None if named == as_suggested else named


def shown_recipients(proposal: Proposal, chosen: ByKind | None) -> ComposerRecipients:
    """What the composer shows: suggestions ticked or not as the form or the draft says, and what they say beside."""
    suggestions = {each.email_key: ("to", each) for each in proposal.to}
    suggestions |= {each.email_key: ("cc", each) for each in (*proposal.cc, *proposal.proposed)}
    typed: dict[str, str] = {}
    picked = {each.email_key: (kind.value, each.email) for kind, each in proposal.recipients}
    if chosen is not None:
        picked, typed = _picked(chosen)
    others = {key: (kind, Recipient(email, key)) for key, (kind, email) in picked.items()}
    named = {**suggestions, **{key: each for key, each in others.items() if key not in suggestions}}
    last = None if proposal.last is None else {each.email_key for each in proposal.last}
    chips = [
        Chip(
            kind=picked[key][0] if key in picked else kind,
            email=each.email,
            name=each.name,
            is_chosen=key in picked,
            change=_change(key, last, is_chosen=key in picked),
        )
        for key, (kind, each) in named.items()
    ]
    return ComposerRecipients(
        chips=tuple(sorted(chips, key=lambda each: KINDS.index(each.kind))),
        typed=tuple(typed.items()),
        gone=tuple(each.name or each.email for each in proposal.last or () if each.email_key not in named),
    )


def _picked(chosen: ByKind) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Addresses by their keys, each where it stands first; and by kind what is no address, to be mended."""
    picked: dict[str, tuple[str, str]] = {}
    wrong: dict[str, list[str]] = {}
    for kind in KINDS:
        for text in chosen.get(kind, ()):
            try:
                address = name_and_address(text)[1]
                picked.setdefault(email_key(address), (kind, address))
            except NotAnAddress:
                wrong.setdefault(kind, []).append(text)
    return picked, {kind: ", ".join(texts) for kind, texts in wrong.items()}


def _change(key: str, last: set[str] | None, *, is_chosen: bool) -> str:
    if last is None or (key in last) is is_chosen:
        return ""
    return "new" if is_chosen else "gone"
