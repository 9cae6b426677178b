"""A mail becomes a message: of a new ticket, of the one it answers, or one that only staff see."""

from collections.abc import Iterable
from io import BytesIO
from itertools import islice

from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, Team, User
from helpdesk.accounts.names import LONGEST_NAME
from helpdesk.accounts.operations.finding import person_with_address
from helpdesk.core.configuration import configuration
from helpdesk.core.db import db
from helpdesk.core.faults import Point, passing
from helpdesk.core.html import text_to_html
from helpdesk.core.lines import one_line
from helpdesk.files import scanning
from helpdesk.files.names import clean_filename
from helpdesk.mail.models import BlockedSender
from helpdesk.mail.operations.blocking import is_blocked
from helpdesk.mail.operations.filing.authentication import Proof
from helpdesk.mail.operations.filing.mails import LONGEST_LINE, Mail, key_of
from helpdesk.mail.own_addresses import is_own
from helpdesk.mail.parsing.parsed import Mailbox as Box
from helpdesk.mail.parsing.parsed import ParsedAttachment
from helpdesk.tickets.models import Attachment, Comment, CommentRecipient, RecipientKind, Ticket
from helpdesk.tickets.operations import arriving, note, open_ticket
from helpdesk.tickets.operations.arriving import Mailed
from helpdesk.tickets.operations.attaching import Upload
from helpdesk.tickets.operations.following_up import answer, follow_up
from helpdesk.tickets.operations.participating import MOST_PARTICIPANTS
from helpdesk.tickets.operations.writing import LONGEST_COMMENT

MOST_FILES = 200
MOST_RECIPIENTS = 200


def sender_as_person(mail: Mail) -> User:
    """Who wrote it; a new customer where we do not know the address."""
    person = mail.person or person_with_address(mail.parsed.from_address, name=_name(mail.parsed.from_name))
    if not person.full_name and not person.is_staff:
        person.full_name = _name(mail.parsed.from_name)
    return person


def person_behind(box: Box) -> User:
    """Whose address it is; a new customer where it is nobody's."""
    return person_with_address(box.address, name=_name(box.name))


def open_for(mail: Mail, *, requester: User, by: User) -> Comment:
    """A new ticket of the mailbox's team; who was in Cc takes part only where the sender is proven."""
    is_quiet = mail.automatic is not None or mail.is_old or mail.proof is Proof.FAILED
    ticket = open_ticket(
        requester=requester,
        by=by,
        title=arriving.title_from(mail.parsed.subject, mail.parsed.reply_text or mail.parsed.text),
        description=_words(mail, is_opening=True),
        team=db.session.get(Team, mail.mailbox.team_id) if mail.mailbox.team_id else None,
        participants=_invited(mail, beside={requester.id, by.id}),
        uploads=_files(mail),
        mailbox_id=mail.mailbox.id,
        is_automatic=is_quiet,
    )
    opening = db.session.scalars(
        select(Comment).where(Comment.ticket_id == ticket.id, Comment.is_opening)
    ).one()
    return _finished(mail, opening)


def reply_to(ticket: Ticket, mail: Mail, *, by: User) -> Comment:
    """Their answer, in the ticket, or in a new linked one where it comes too late."""
    return _finished(mail, answer(ticket, by=by, content=_words(mail), uploads=_files(mail)))


def follow_up_quietly(ticket: Ticket, mail: Mail, *, by: User) -> Comment:
    """A new linked ticket of what must not take up the settled one again."""
    opened = follow_up(ticket, by=by, content=_words(mail), uploads=_files(mail), is_automatic=True)
    opening = db.session.scalars(
        select(Comment).where(Comment.ticket_id == opened.id, Comment.is_opening)
    ).one()
    return _finished(mail, opening)


def hold_at(ticket: Ticket, mail: Mail, *, by: User) -> Comment:
    """For staff alone, until they decide."""
    held = arriving.hold(ticket, by=by, content=_words(mail), uploads=_files(mail))
    return _finished(mail, db.session.get_one(Comment, held.comment_id))


def set_aside_at(ticket: Ticket, mail: Mail, *, by: User) -> Comment:
    """What a machine sent, for staff alone."""
    return _finished(mail, arriving.set_aside(ticket, by=by, content=_words(mail), uploads=_files(mail)))


def note_at(ticket: Ticket, mail: Mail, *, by: User) -> Comment:
    """What came in a colleague's name and somebody vouched for: customers never see it."""
    return _finished(mail, note(ticket, by=by, content=_words(mail), uploads=_files(mail)))


def relate(ticket: Ticket, to: Ticket) -> None:
    """For agents: it names the other one."""
    arriving.relate(ticket, to=to)


def _words(mail: Mail, *, is_opening: bool = False) -> Mailed:
    parsed = mail.parsed
    is_whole = is_opening and parsed.forwarded_from is not None
    has_own_words = bool(parsed.reply_text.strip() or parsed.reply_html.strip())
    if is_whole or not has_own_words:
        text, html, quoted = parsed.text, parsed.html, ""
    else:
        text, html = parsed.reply_text, parsed.reply_html
        quoted = parsed.quoted_html or text_to_html(_rest(parsed.text, text))
    return Mailed(
        text=text,
        html=html,
        quoted_html=quoted,
        written_at=mail.row.arrived_at,
        largest_file=configuration().max_mail_mb * 2**20,
    )


def _rest(text: str, own: str) -> str:
    """What a plain text says beside the sender's own words; all of it where these are not its beginning."""
    whole, own = text.strip()[:LONGEST_COMMENT], own.strip()
    if whole.startswith(own):
        return whole[len(own) :].strip()
    return whole if " ".join(whole.split()) != " ".join(own.split()) else ""


def _files(mail: Mail) -> list[Upload]:
    """Its attachments; where it says more than a message holds, all of its text as a file too."""
    files = [_file(each) for each in islice(mail.parsed.attachments, MOST_FILES)]
    if Mailed(text=mail.parsed.text).is_cut:
        files.append(Upload("message.txt", BytesIO(mail.parsed.text.encode())))
    return files


def _file(attachment: ParsedAttachment) -> Upload:
    """An attachment; in place of one the scanner knows, a word about it: the mail as it came is kept all the same."""
    content = BytesIO(attachment.content)
    try:
        scanning.check(content, clean_filename(attachment.filename))
    except scanning.Infected as found:
        said = f"This file was held back: the virus scanner found {found.signature} in it.\n"
        return Upload(f"{clean_filename(attachment.filename)} (held back).txt", BytesIO(said.encode()))
    return Upload(attachment.filename, content, attachment.content_id)


def _finished(mail: Mail, comment: Comment) -> Comment:
    passing(Point.FILING_FILE_STORED)
    _remember_recipients(mail, comment)
    _remember_labels(mail, comment)
    return comment


def _remember_recipients(mail: Mail, comment: Comment) -> None:
    """Whom the mail named: a record, never a right."""
    named: dict[str, CommentRecipient] = {}
    for kind, boxes in ((RecipientKind.TO, mail.parsed.to), (RecipientKind.CC, mail.parsed.cc)):
        for box in islice(boxes, MOST_RECIPIENTS):
            key = key_of(box.address)
            if key and key not in named and len(named) < MOST_RECIPIENTS:
                named[key] = CommentRecipient(
                    comment_id=comment.id,
                    kind=kind,
                    email=one_line(box.address)[:LONGEST_LINE],
                    email_key=key,
                    name=_name(box.name),
                )
    owners = select(EmailAddress.email_key, EmailAddress.user_id).where(
        EmailAddress.email_key.in_(named), ~EmailAddress.is_claim
    )
    for key, user_id in db.session.execute(owners) if named else ():
        named[key].user_id = user_id
    db.session.add_all(named.values())
    db.session.flush()


def _remember_labels(mail: Mail, comment: Comment) -> None:
    """What attachments are beside files (signature, encrypted, calendar, message), by their public id."""
    if not any(each.label for each in mail.parsed.attachments):
        return
    ids = db.session.scalars(
        select(Attachment.public_id).where(Attachment.comment_id == comment.id).order_by(Attachment.id)
    )
    pairs = zip(ids, mail.parsed.attachments, strict=False)
    labels = {public_id: each.label for public_id, each in pairs if each.label}
    mail.row.parsed = {**(mail.row.parsed or {}), "labels": labels}


def _invited(mail: Mail, *, beside: Iterable[int]) -> list[User]:
    """Who was in To and Cc beside us: customers, known or not, where the sender is proven and no machine."""
    if mail.proof is not Proof.PASSED or mail.automatic is not None:
        return []
    taken = set(beside)
    people: list[User] = []
    for box in islice((*mail.parsed.to, *mail.parsed.cc), MOST_RECIPIENTS):
        person = _customer(box, mail)
        if person is not None and person.id not in taken and len(people) < MOST_PARTICIPANTS:
            taken.add(person.id)
            people.append(person)
    return people


def _customer(box: Box, mail: Mail) -> User | None:
    """Whose address it is, unless they are staff, gone or blocked."""
    key = key_of(box.address)
    if (
        not key
        or is_own(key, mail.own)
        or db.session.scalar(select(BlockedSender.id).where(is_blocked(key)).limit(1))
    ):
        return None
    person = person_behind(box)
    return person if person.is_active and not person.is_staff and person.anonymised_at is None else None


def _name(text: str) -> str:
    return one_line(text)[:LONGEST_NAME].strip()
