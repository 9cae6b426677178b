"""A desk with something of each kind on it, for tests that visit every page of the catalogue."""

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import select

from helpdesk.accounts.models import (
    EmailAddress,
    Organization,
    OrganizationRole,
    Role,
    Sharing,
    Team,
    User,
    team_members,
)
from helpdesk.accounts.operations.inviting import invite
from helpdesk.accounts.operations.roles import create_role
from helpdesk.accounts.permissions import AGENT, Permission
from helpdesk.audit.models import AuditLog
from helpdesk.background.jobs import enqueue
from helpdesk.background.models import JobError
from helpdesk.background.operations import finish
from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.core.tokens import digest, new_token
from helpdesk.identity.jobs import request_reset
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.identity.operations.colleagues import invite_colleague
from helpdesk.identity.providers import Audience, IdentityProvider
from helpdesk.mail.models import DeliveryState, InboundMessage, OutboxMessage, OutboxRecipient, Reason
from helpdesk.mail.operations.failing import delivery_failed
from helpdesk.queues import operations as views
from helpdesk.tickets.models import (
    Attachment,
    BulkEdit,
    Comment,
    Purge,
    Tag,
    Ticket,
    TicketKey,
    TicketPriority,
    TicketStatus,
)
from helpdesk.tickets.operations import (
    Upload,
    add_participant,
    assign,
    change_status,
    change_tags,
    delete,
    move_to_team,
    note,
    open_ticket,
    rename,
    reply,
    set_priority,
    watch,
)
from helpdesk.tickets.operations.arriving import relate
from helpdesk.tickets.operations.guest_requests import keep_request
from tests.conftest import person_named
from tests.support.cast import CALLED_IN
from tests.support.held_mails import mail_of_the_desk
from tests.support.mailed import arrive, letter
from tests.support.real_desk import RealDesk

MAIL = """Hello,

the printer on the second floor is still on fire. I tried water, it did not help.

> On Friday Ana Agent wrote:
> Please use water.
>> It burns.

Kind regards
Carl"""


def furnish(desk: RealDesk) -> Mapping[str, object]:
    """A desk of which every page has something to show. Returns the places of the catalogue.

    full: a ticket with everything, message: one of it that came by mail · plain: one with nothing
    done: a closed one · binned · file: of full
    person: a customer with tickets · other: one more · staff · invited: staff who has not come yet
    asked_in: whom Mona asked to join her organization, which shares with its managers · organization, team, tag
    address: person's
    idp: a sign-in provider that is switched off
    view: of everyone, with columns of its own, pinned for Ada
    box: a mailbox that cannot be reached · arrived: a mail that is quarantined · blocked: a sender
    failed_mail, waiting_mail · failed_job · purge, bulk_edit: ones that have ended
    request: one that is in the audit trail
    key: of a mailed link that opens full for Carl · for each purpose of one-time links a token, all but set_up Carl's
    word: occurs in tickets, and zebra nowhere
    """
    full, plain, done, binned = (desk.ask(title) for title in TITLES)
    converse(desk, full)
    correspond(desk, full)
    with desk.doing("ana") as ana:
        change_status(numbered(done), to=TicketStatus.RESOLVED, by=ana)
        change_status(numbered(done), to=TicketStatus.CLOSED, by=ana)
        for status in (TicketStatus.WAITING_ON_CUSTOMER, TicketStatus.IN_PROGRESS):
            change_status(numbered(desk_ask(ana, f"One that is {status.value}")), to=status, by=ana)
        late = numbered(desk_ask(ana, "Late since yesterday " + "with a very long title " * 10))
        late.due_at = clock.now() - timedelta(days=1)
    with desk.doing("ada") as ada:
        delete(numbered(binned), by=ada)
    return {
        "full": full, "plain": plain, "done": done, "binned": binned, "word": "fire",
        **settle(desk), **mail_of_the_desk(desk), **machinery(desk), **ways_in(desk, full),
        "file": file_of(desk, full), "message": mail_of(desk, full), "request": traced(desk),
    }  # fmt: skip


def converse(desk: RealDesk, number: str) -> None:
    """All there can be on one ticket."""
    with desk.doing("ana") as ana:
        ticket = numbered(number)
        ben, cora = person_named("ben"), person_named("cora")
        team = db.session.scalars(select(Team)).one()
        move_to_team(ticket, team=team, by=ana)
        assign(ticket, to=ana, by=ana)
        set_priority(ticket, to=TicketPriority.URGENT, by=ana)
        change_tags(ticket, add=["fire", "smoke", "water", "very long tag of many words"], by=ana)
        watch(ticket, by=ana)
        watch(ticket, by=ben)
        files = [Upload("plan of the second floor.txt", io.BytesIO(b"plan")), Upload("fire.png", picture())]
        reply(ticket, by=ana, content="Please use <b>water</b>.\n\nAnd a bucket.", uploads=files)
        note(ticket, by=ben, content="He has done this before.\n\nhttps://example.com/history")
        rename(ticket, title="The printer on the second floor is on fire", by=ben)
        add_participant(ticket, person=cora, by=ana)
    with desk.doing("carl") as carl:
        reply(numbered(number), by=carl, content=MAIL, uploads=[Upload("smoke.pdf", io.BytesIO(b"%PDF-1.7"))])
    with desk.doing("ana") as ana:
        for status in (TicketStatus.WAITING_ON_CUSTOMER, TicketStatus.IN_PROGRESS):
            change_status(numbered(number), to=status, by=ana)


def correspond(desk: RealDesk, number: str) -> None:
    """All there can be of mails on one ticket: a customer's with files, a machine's, a stranger's, an answer that came
    back; its number in the subject of a mail has opened another."""
    other = desk.ask("The printer again")
    with desk.doing("ana") as ana:
        ticket, carl = numbered(number), person_named("carl")
        names = ("smime.p7s", "invite.ics", "forwarded.eml", "smime.p7m")
        arrive(
            ticket,
            letter(html="<p style='color: green'>It <b>still</b> burns.</p>", Cc="boss@customer.example"),
            by=carl,
            quoted="<blockquote><p>Please use water.</p></blockquote><p>Kind regards<br>Carl</p>",
            uploads=[Upload(name, io.BytesIO(b"x")) for name in names],
            cc=["boss@customer.example"],
        )
        away = letter(text="I am away.", Auto_Submitted="auto-replied")
        automatic: dict[str, Any] = {"parsed": {"automatic": "auto-reply"}, "reason": Reason.AUTOMATIC}
        arrive(ticket, away, by=carl, text="I am away.", **automatic)
        stranger = letter(sender="olga@stranger.example", text="Me too.")
        olga: dict[str, Any] = {"by": person_named("olga"), "sender": "olga@stranger.example"}
        arrive(ticket, stranger, text="Me too.", is_strangers=True, **olga)
        relate(numbered(other), to=ticket)
        answer = reply(ticket, by=ana, content="Then use a bucket.")
        sent = select(OutboxRecipient).join(OutboxMessage).where(OutboxMessage.comment_id == answer.id)
        for recipient in db.session.scalars(sent).all():
            recipient.state = DeliveryState.SENT
            delivery_failed(recipient, state=DeliveryState.BOUNCED, answer="550 5.1.1 User unknown")


def settle(desk: RealDesk) -> dict[str, object]:
    """People and what they belong to: an organization whose manager sees what colleagues ask, a team, a tag."""
    with desk.doing("ada") as ada:
        organization = db.session.scalars(select(Organization)).one()
        organization.sharing = Sharing.MANAGERS
        organization.notes = "They pay late.\n\nCall before ten."
        mona = call_in("mona", organization_id=organization.id, organization_role=OrganizationRole.MANAGER)
        role = db.session.scalars(select(Role).where(Role.name == AGENT)).one()
        invited = invite(email="new@desk.example", full_name="Nina New", role=role, by=ada)
        asked_in = invite_colleague(email="kim@customer.example", full_name="Kim Coming", by=mona)
        carl, ana = person_named("carl"), person_named("ana")
        carl.notes = "Speaks softly."
        ana.signature = "Ana\nTest desk"
        late = EmailAddress(email="lena@customer.example", email_key="lena@customer.example")
        late.verified_at = clock.now()  # belongs nowhere, and could join by the domain
        db.session.add(User(full_name="Lena Late", addresses=[late]))
        look = views.Content(
            name="Fires, longest wait first", query="is:open", sort="wait", grouping="status",
            columns=("priority", "requester", "status", "assignee", "tags", "created", "wait", "due"),
            audience=views.Audience.EVERYONE,
        )  # fmt: skip
        return {
            "view": views.create_view(look, by=ada).slug,
            "person": carl.id, "other": person_named("cora").id, "staff": person_named("ben").id,
            "invited": invited.id, "asked_in": asked_in.id, "organization": organization.id,
            "team": db.session.scalars(select(team_members.c.team_id)).first(),
            "role": create_role(name="Printers", permissions=[Permission.SEE_TEAM_TICKETS], by=ada).id,
            "other_tag": "smoke", "tag": db.session.scalars(select(Tag.id).where(Tag.name == "fire")).one(),
            "address": db.session.scalars(select(EmailAddress.id).where(EmailAddress.user_id == carl.id)).one(),
        }  # fmt: skip


def call_in(name: str, **more: Any) -> User:
    """Somebody who is not of the usual cast."""
    email = CALLED_IN[name]
    address = EmailAddress(email=email, email_key=email, verified_at=clock.now())
    person = User(full_name=f"{name.title()} Called-In", addresses=[address], **more)
    db.session.add(person)
    db.session.flush()
    return person


def machinery(desk: RealDesk) -> dict[str, object]:
    """A mail that could not be sent, one that waits, and a job that gave up."""
    with desk.doing("ada") as ada:
        failed, waiting = db.session.scalars(select(OutboxRecipient).order_by(OutboxRecipient.id).limit(2))
        failed.state, failed.attempts, failed.last_error = DeliveryState.FAILED, 8, "550 no such mailbox"
        job = enqueue(request_reset, email="carl@customer.example")
        assert job is not None
        finish(job, "failed")
        db.session.add(
            JobError(job_id=job, attempt=1, error="OSError: the disk is full", traceback="in write")
        )
        purge = Purge(
            user_id=ada.id, ticket_ids=[7, 8], purged_count=2, comment_count=5, finished_at=clock.now()
        )
        edit = BulkEdit(
            public_id=new_token(),
            user_id=ada.id,
            deed="status",
            value="resolved",
            ticket_ids=[7, 8, 9],
            ticket_count=3,
            position=3,
            changed_count=2,
            list_path="/agent/queues/open",
            request_id="0" * 32,
            created_at=clock.now() - timedelta(days=1),
            finished_at=clock.now() - timedelta(days=1),
        )
        db.session.add_all([purge, edit])
        idp = IdentityProvider(
            name="Old sign-in",
            issuer="https://id.example.com",
            client_id="desk",
            audience=Audience.STAFF,
            is_active=False,
        )
        db.session.add(idp)
        db.session.flush()
        return {
            "idp": idp.id,
            "failed_mail": failed.id, "waiting_mail": waiting.id, "failed_job": job, "purge": purge.id,
            "bulk_edit": edit.public_id,
        }  # fmt: skip


def ways_in(desk: RealDesk, number: str) -> dict[str, object]:
    """What stands in the links of mails to Carl: the key to his ticket, and for each purpose a token."""
    ways: dict[str, object] = {"key": key_to(desk, number)}
    with desk.doing("ada"):
        asked = keep_request(
            email="gus@guests.example",
            full_name="Gus Guest",
            title="Is it open on Sunday?",
            content="I come far.",
        )
        for purpose in TokenPurpose:
            whose = {} if purpose is TokenPurpose.SET_UP else carls()
            if purpose is TokenPurpose.CONFIRM_REQUEST:
                whose["guest_request_id"] = asked.id
            ways[purpose.value] = token = new_token()
            db.session.add(
                OneTimeToken(token_hash=digest(token), purpose=purpose, expires_at=in_an_hour(), **whose)
            )
    return ways


def key_to(desk: RealDesk, number: str) -> str:
    """A key that opens this ticket for Carl."""
    key = new_token()
    with desk.doing("ada"):
        ticket = numbered(number)
        db.session.add(
            TicketKey(token_hash=digest(key), ticket_id=ticket.id, expires_at=in_an_hour(), **carls())
        )
    return key


def in_an_hour() -> datetime:
    return clock.now() + timedelta(hours=1)


def carls() -> dict[str, int]:
    """The columns of a token that is Carl's."""
    address = db.session.scalars(
        select(EmailAddress).where(EmailAddress.email_key == "carl@customer.example")
    ).one()
    return {"user_id": address.user_id, "address_id": address.id}


def file_of(desk: RealDesk, number: str, *, is_internal: bool = False) -> str:
    """The address of the first file of the public messages of this ticket, or of its notes."""
    found = (
        select(Attachment.public_id).join(Comment).join(Comment.ticket).where(Ticket.ticket_number == number)
    )
    whose = Comment.is_internal if is_internal else ~Comment.is_internal
    ((public_id,), *_others) = desk.rows(found.where(whose).order_by(Attachment.id))
    return str(public_id)


def mail_of(desk: RealDesk, number: str) -> int:
    """The first message of this ticket that came by mail."""
    found = select(InboundMessage.comment_id).join(InboundMessage.ticket).order_by(InboundMessage.id)
    ((message_id,), *_others) = desk.rows(found.where(Ticket.ticket_number == number))
    return int(message_id)


def traced(desk: RealDesk) -> str:
    """The id of a request that left its trace in the audit trail."""
    desk.browser("carl").post("/portal/tickets", {"title": "The lid of the printer", "content": "It melted."})
    ((request_id,), *_others) = desk.rows(
        select(AuditLog.request_id).where(AuditLog.request_id.is_not(None)).order_by(AuditLog.id.desc())
    )
    return str(request_id)


TITLES = ("The printer is on fire", "Delivery on Saturday?", "It was the cable", "Buy cheap watches")


def desk_ask(by: object, title: str) -> str:
    """A ticket of Carl's that this agent took down."""
    ticket = open_ticket(requester=person_named("carl"), by=by, title=title, description="As he said it.")
    return ticket.ticket_number


def numbered(number: str) -> Ticket:
    """The ticket with this number, in the current session."""
    return db.session.scalars(select(Ticket).where(Ticket.ticket_number == number)).one()


def picture() -> io.BytesIO:
    """A small picture of pixels."""
    content = io.BytesIO()
    Image.new("RGB", (320, 200), (214, 90, 40)).save(content, "PNG")
    content.seek(0)
    return content
