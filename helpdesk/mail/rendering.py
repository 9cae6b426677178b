"""From an outbox row to a letter: subject, text and HTML from one source, into which people's words come as words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from helpdesk.core.html import text_to_html
from helpdesk.core.lines import one_line
from helpdesk.identity.operations.tokens import LIFETIMES
from helpdesk.mail import links
from helpdesk.mail.filling import Value, filled, harmless, line_of
from helpdesk.mail.frames import framed
from helpdesk.mail.headers import LONGEST_NAME, LONGEST_SUBJECT, as_line
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.mail.queries.conversations import conversation_of, failures_of
from helpdesk.mail.templates import NAMELESS, Wording, in_force, placeholders_of
from helpdesk.settings.catalogue import Desk, load_desk
from helpdesk.tickets.models import RecipientKind
from helpdesk.tickets.operations import keys

ONE_TIME_LINK = "[one-time link]"
PERSONAL_LINK = "[their own link]"
OPENS: Mapping[MailPurpose, str] = {
    MailPurpose.CONFIRM_EMAIL: "Confirm the address",
    MailPurpose.CONFIRM_ADDRESS: "Confirm the address",
    MailPurpose.CONFIRM_REQUEST: "Look at the request",
    MailPurpose.INVITATION: "Choose a password",
    MailPurpose.RESET_PASSWORD: "Choose a new password",
    MailPurpose.MAGIC_LINK: "Sign in",
    MailPurpose.ALREADY_REGISTERED: "Sign in",
    MailPurpose.INVITED_TO_ORGANIZATION: "Sign in",
    MailPurpose.SECOND_FACTOR_ADDED: "Choose a new password",
    MailPurpose.SECOND_FACTOR_REMOVED: "Choose a new password",
    MailPurpose.TICKET_ASSIGNED: "Open the ticket",
    MailPurpose.CUSTOMER_ANSWERED: "Open the ticket",
    MailPurpose.DELIVERY_FAILED: "Open the ticket",
}
"""What the link of a letter is called in its HTML; elsewhere it opens the request."""
ABOUT_FACTORS = {MailPurpose.SECOND_FACTOR_ADDED, MailPurpose.SECOND_FACTOR_REMOVED}
"""Whoever did not do that needs a way to shut others out."""
_TICKETS_OWN = ("ticket_number", "title", "subject", "author", "content", "signature", "failures")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person. `link` is what it is about; empty where it has none."""

    message_id: str
    to_name: str
    to_email: str
    subject: str
    text: str
    link: str
    html: str = field(repr=False)


def render(
    recipient: OutboxRecipient,
    *,
    desk: Desk,
    secret_link: str,
    wording: Wording | None = None,
    beside: Sequence[str] = (),
) -> Letter:
    """The letter of one recipient, loaded with queries.one_recipient; `secret_link` stands where it needs one.

    `wording` replaces the words in force; `beside` are lines about files that the mail has no room for.
    """
    message = recipient.message
    words = wording or in_force(message.purpose, message.own_words)
    link = _link(recipient, desk, secret_link)
    values = _values(recipient, desk, link)
    text, markup = filled(words.content, values)
    if beside:
        text = "\n\n".join([text, "\n".join(beside)])
        markup += text_to_html("\n".join(beside))
    return Letter(
        message_id=message.message_id,
        to_name=name_of(recipient),
        to_email=recipient.email,
        subject=as_line(line_of(words.subject, values), LONGEST_SUBJECT),
        text=f"{text}\n\n{_foot(desk)}",
        link=link,
        html=framed(markup, desk=desk, home=links.base_url(desk)),
    )


def render_for_admin(recipient: OutboxRecipient) -> Letter:
    """The letter as an administrator may read it: no link that opens anything is in it, and none is minted."""
    is_one_time = recipient.message.purpose in links.ONE_TIME
    return render(recipient, desk=load_desk(), secret_link=ONE_TIME_LINK if is_one_time else PERSONAL_LINK)


def name_of(recipient: OutboxRecipient) -> str:
    """What the receiver is called in the header."""
    is_unproven = recipient.message.purpose in NAMELESS
    return "" if is_unproven else as_line(recipient.user.full_name, LONGEST_NAME)


def _values(recipient: OutboxRecipient, desk: Desk, link: str) -> Mapping[str, Value]:
    """What stands for each placeholder of this kind of letter."""
    message = recipient.message
    name = harmless(recipient.user.full_name)
    known = {
        "name": Value(name),
        "greeting": Value(f"Hello {name}," if name and message.purpose not in NAMELESS else "Hello,"),
        "desk_name": Value(one_line(desk.desk_name)),
        "link": Value.link(link, OPENS.get(message.purpose, "Open the request")),
        "recovery_link": Value.link(links.recovery_link(desk), "Choose a new password"),
        "lifetime": Value(_lifetime(message)),
        **_ticket_values(recipient, desk),
    }
    return {each: known[each] for each in placeholders_of(message.purpose)}


def _ticket_values(recipient: OutboxRecipient, desk: Desk) -> Mapping[str, Value]:
    message = recipient.message
    ticket, comment = message.ticket, message.comment
    if ticket is None:
        return dict.fromkeys(_TICKETS_OWN, Value(""))
    author = comment.author.full_name if comment else ""
    conversation = conversation_of(ticket)
    is_answer = message.purpose is MailPurpose.TICKET_ANSWERED
    return {
        "ticket_number": Value(ticket.ticket_number),
        "title": Value(harmless(ticket.title), line=one_line(ticket.title)),
        "subject": Value("", line=conversation.subject(is_answer=bool(message.in_reply_to))),
        "author": Value(harmless(author) or one_line(desk.desk_name)),
        "content": Value.written(comment.content, comment.content_html, is_quoted=not is_answer)
        if comment
        else Value(""),
        "signature": Value.lines(conversation.signature if is_answer else ""),
        "failures": Value.lines(
            failures_of(message) if message.purpose is MailPurpose.DELIVERY_FAILED else ""
        ),
    }


def _link(recipient: OutboxRecipient, desk: Desk, secret_link: str) -> str:
    message = recipient.message
    if recipient.kind is RecipientKind.BCC:
        return ""  # it would tell the others' side of the ticket to somebody they do not see
    if message.purpose in links.ONE_TIME:
        return secret_link
    if message.ticket is not None:
        return links.ticket_link(desk, message.ticket) if recipient.user.is_staff else secret_link
    if message.purpose in ABOUT_FACTORS:
        return links.recovery_link(desk)
    return links.sign_in_link(desk)


def _lifetime(message: OutboxMessage) -> str:
    purpose = links.ONE_TIME.get(message.purpose)
    return _spelled(LIFETIMES[purpose] if purpose else keys.LIFETIME)


def _spelled(span: timedelta) -> str:
    if span >= timedelta(days=2):
        return f"{span.days} days"
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60} hours" if minutes > 60 else f"{minutes} minutes"


def _foot(desk: Desk) -> str:
    lines = ["-- ", one_line(desk.desk_name), links.base_url(desk), desk.footer.strip()]
    return "\n".join(line for line in lines if line) + "\n"
