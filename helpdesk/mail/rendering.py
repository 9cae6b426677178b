"""From an outbox row to a letter: templates/emails/ filled with plain values, nothing of which can become a header."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from helpdesk.core.assets import assets_dir
from helpdesk.core.lines import one_line
from helpdesk.identity.operations.tokens import LIFETIMES
from helpdesk.mail import links
from helpdesk.mail.models import MailPurpose, OutboxMessage, OutboxRecipient
from helpdesk.settings.catalogue import Desk, load_desk
from helpdesk.tickets.operations import keys

ONE_TIME_LINK = "[one-time link]"
PERSONAL_LINK = "[their own link]"
LONGEST_SUBJECT = 200
TO_SOMEBODY = {MailPurpose.CONFIRM_EMAIL, MailPurpose.CONFIRM_REQUEST, MailPurpose.CONFIRM_ADDRESS}
"""Letters that call nobody by name: whoever typed it has not shown that the address is theirs."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person, as text. `link` is what it is about."""

    message_id: str
    to_name: str
    to_email: str
    subject: str
    text: str
    link: str


def render(recipient: OutboxRecipient, *, desk: Desk, secret_link: str) -> Letter:
    """The letter of one recipient, loaded with queries.one_recipient; `secret_link` stands where it needs one."""
    message = recipient.message
    link = _link(recipient, desk, secret_link)
    template = _templates().get_template(f"{message.template}.txt")
    values = {
        "desk_name": one_line(desk.desk_name),
        "footer": desk.footer,
        "base_url": links.base_url(desk),
        "recovery_link": links.recovery_link(desk),
        "name": one_line(recipient.user.full_name),
        "link": link,
        "lifetime": _lifetime(message),
        **_ticket_values(message, nobody=one_line(desk.desk_name)),
    }
    subject = "".join(template.blocks["subject"](template.new_context(values)))
    return Letter(
        message_id=message.message_id,
        to_name="" if message.purpose in TO_SOMEBODY else as_header(recipient.user.full_name),
        to_email=recipient.email,
        subject=as_header(subject),
        text=template.render(values).strip() + "\n",
        link=link,
    )


def render_for_admin(recipient: OutboxRecipient) -> Letter:
    """The letter as an administrator may read it: no link that opens anything is in it, and none is minted."""
    is_one_time = recipient.message.purpose in links.ONE_TIME
    return render(recipient, desk=load_desk(), secret_link=ONE_TIME_LINK if is_one_time else PERSONAL_LINK)


def as_header(text: str) -> str:
    """Text as it may stand in a header: one line, and no encoded word that would turn into another one."""
    return one_line(text).replace("=?", "= ?")[:LONGEST_SUBJECT]


def _link(recipient: OutboxRecipient, desk: Desk, secret_link: str) -> str:
    message = recipient.message
    if message.purpose in links.ONE_TIME:
        return secret_link
    if message.ticket is not None:
        return links.ticket_link(desk, message.ticket) if recipient.user.is_staff else secret_link
    return links.sign_in_link(desk)


def _lifetime(message: OutboxMessage) -> str:
    purpose = links.ONE_TIME.get(message.purpose)
    return _spelled(LIFETIMES[purpose] if purpose else keys.LIFETIME)


def _spelled(span: timedelta) -> str:
    if span >= timedelta(days=2):
        return f"{span.days} days"
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60} hours" if minutes > 60 else f"{minutes} minutes"


def _ticket_values(message: OutboxMessage, *, nobody: str) -> dict[str, str]:
    ticket, comment = message.ticket, message.comment
    return {
        "ticket_number": ticket.ticket_number if ticket else "",
        "title": one_line(ticket.title) if ticket else "",
        "author": (one_line(comment.author.full_name) if comment else "") or nobody,
        "content": comment.content if comment else "",
    }


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(assets_dir("templates") / "emails"),
        autoescape=False,  # noqa: S701 — plain text: there is no markup to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    return made
