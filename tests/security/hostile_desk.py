"""A desk on which every text wants to be a script, and what watches over a browser that looks at it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Dialog, Page, Request
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from helpdesk.accounts.models import EmailAddress, Organization, OrganizationRole, Role, Team, User
from helpdesk.accounts.permissions import AGENT
from helpdesk.core.db import db
from helpdesk.mail.models import DeliveryState, OutboxMessage, OutboxRecipient
from helpdesk.settings.catalogue import change_settings
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.tickets.operations import Upload, delete, note, open_ticket, reply
from helpdesk.tickets.operations.writing import Writing
from tests.security.scripts import CORPUS, FOREIGN, packed
from tests.support.furnished import furnish, numbered
from tests.support.mailed import arrive, inbound_of, letter
from tests.support.pages.page import PersonaPage
from tests.support.real_desk import RealDesk

TITLE, NAME = 300, 200  # the longest that operations take
UNBOUNDED = 1_500  # of what a mail may say as much as it likes
EVERY = 10  # of so many people one works here
AT_ONCE = 4  # texts and files of one message


@dataclass
class Watch:
    """What a page did that it should not have."""

    url: str
    seen: list[str] = field(default_factory=list)
    pages: int = 0

    def over(self, page: Page) -> None:
        page.on("dialog", self.dialog)
        page.on("request", self.request)
        page.on("pageerror", lambda error: self.seen.append(f"{page.url}: {error} {error.stack}"))
        page.on("console", lambda said: self.console(page, said.type, said.text))

    def dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"{dialog.page.url if dialog.page else '?'}: a script ran")
        dialog.dismiss()

    def request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.seen.append(f"{request.frame.url}: asked {request.url}")

    def console(self, page: Page, kind: str, text: str) -> None:
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.seen.append(f"{page.url}: {text}")

    def visit(self, page: Page, path: str) -> None:
        page.goto(self.url + path)
        self.pages += 1
        self.seen += [f"{path}: {each}" for each in page.evaluate(FOREIGN)]

    def visit_people(self, page: Page, hostile: Hostile, *, every: int) -> None:
        """One of so many people, and their organization."""
        for person, home in list(zip(hostile.people, hostile.organizations, strict=True))[::every]:
            self.visit(page, f"/agent/people/{person}")
            self.visit(page, f"/agent/organizations/{home}")


@dataclass
class Hostile:
    """A desk on which everybody and everything has such a name."""

    places: Mapping[str, object]
    titles: Sequence[str]
    people: Sequence[int]
    organizations: Sequence[int]


def hostile_desk(desk: RealDesk) -> Hostile:
    """Seed it."""
    places = dict(furnish(desk))
    with desk.doing("ana") as ana:
        role = db.session.scalars(select(Role.id).where(Role.name == AGENT)).one()
        people = [somebody(number, text, role) for number, text in enumerate(CORPUS)]
        tags = [Tag(name=text) for text in CORPUS]
        teams = [Team(name=text, members=[ana]) for text in packed(NAME)[::10]]
        db.session.add_all([*people, *tags, *teams])
        db.session.flush()
        customers = [person for person in people if not person.is_staff]
        for number, text in enumerate(CORPUS):
            person, by = customers[number % len(customers)], people[number]
            ticket = open_ticket(requester=person, by=by, title=text, description=text)
            ticket.tags, ticket.team_id = [tags[number]], teams[number % len(teams)].id
            ticket.assignee_id = people[number // EVERY * EVERY].id if number % 2 else None
        titles = [
            open_ticket(requester=customers[number], by=ana, title=text, description="?").ticket_number
            for number, text in enumerate(packed(TITLE))
        ]
        tagged = select(Ticket).where(Ticket.ticket_number == titles[0]).options(selectinload(Ticket.tags))
        db.session.scalars(tagged).one().tags = tags
        ana.full_name, ana.signature = packed(NAME)[0], "".join(CORPUS[:100])
        places |= {"person": customers[7].id, "other": customers[8].id, "staff": people[EVERY].id}
        places["organization"] = customers[7].organization_id
        ids = [person.id for person in customers]
        homes = [person.organization_id or 0 for person in customers]
    converse(desk, str(places["full"]), ids)
    places["message"] = correspond(desk, str(places["full"]), ids)
    with desk.doing("ada") as ada:
        for binned in titles[-2:]:
            delete(numbered(binned), by=ada)
        change_settings(desk_name=CORPUS[0], footer="\n".join(CORPUS[:15]))
    return Hostile(places, titles[:-2], ids, homes)


def somebody(number: int, text: str, role_id: int) -> User:
    """A person of this name, of a company of this name; now and then one who works here."""
    address = EmailAddress(email=f'"{text}"@{number}.example', email_key=f"{number}{text}")
    person = User(full_name=text, notes=text, signature=text, addresses=[address])
    if number % EVERY == 0:
        person.is_staff, person.role_id = True, role_id
    else:
        person.organization = Organization(name=f"{text}{number}", domains=[], notes=text)
        person.organization_role = OrganizationRole.MEMBER
    return person


def converse(desk: RealDesk, number: str, authors: Sequence[int]) -> None:
    """One ticket to which everybody has written: plain text, HTML and notes, with files of such names."""
    with desk.doing("ana") as ana:
        ticket = numbered(number)
        ticket.title = packed(TITLE)[1]
        for place in range(0, len(CORPUS), AT_ONCE):
            texts = CORPUS[place : place + AT_ONCE]
            author = db.session.get_one(User, authors[place % len(authors)])
            files = [Upload(f"{text}.txt", io.BytesIO(b"x")) for text in texts]
            content = "\n\n".join(texts)
            if place // AT_ONCE % 3 == 0:
                note(ticket, by=ana, content=Writing(html=f"<p>Words</p>{content}"), uploads=files)
            elif place // AT_ONCE % 3 == 1:
                reply(ticket, by=author, content=content, uploads=files)
            else:
                reply(ticket, by=author, content=Writing(html=f"<p>Words {content}</p>"), uploads=files)


def correspond(desk: RealDesk, number: str, senders: Sequence[int]) -> int:
    """Mails with such headers, addresses, bodies and answers of servers, on the same ticket. Returns one of them."""
    with desk.doing("ana") as ana:
        ticket = numbered(number)
        for place, text in enumerate(packed(UNBOUNDED)):
            subject = " ".join(text.split()).encode("utf-8", "replace").decode()
            mail = arrive(
                ticket,
                letter(subject=subject, html=f"<p>Words</p>{text}", text=text),
                by=db.session.get_one(User, senders[place % len(senders)]),
                text=text,
                html=f"<p>Words</p>{text}",
                quoted=f"<blockquote>{text}</blockquote>",
                cc=[f'"{text}"@{place}.example'],
                is_strangers=place % 5 == 0,
                sender_name=text,
                subject=text,
                parsed={"automatic": text if place % 3 else None},
            )
            inbound_of(mail).sender = f'"{text}"@senders.example'
        whole = letter(subject="All", html="".join(CORPUS), text="All")
        last = arrive(ticket, whole, by=db.session.get_one(User, senders[0]), text="All")
        for text in packed(UNBOUNDED):
            answer = reply(ticket, by=ana, content="Mine")
            sent = select(OutboxRecipient).join(OutboxMessage).where(OutboxMessage.comment_id == answer.id)
            for recipient in db.session.scalars(sent).all():
                recipient.state, recipient.last_error = DeliveryState.BOUNCED, text
        return last.id


def opened(pages: Sequence[PersonaPage]) -> Iterator[PersonaPage]:
    """Those one gets by opening their address: no forms sent, no downloads, nothing from before the setup, and no
    pictures from elsewhere that somebody has asked for."""
    for each in pages:
        is_download = each.name == "picture" or each.path.endswith((".csv", "/raw"))
        if not (each.sends or each.is_before_setup or is_download or "pictures=remote" in each.path):
            yield each
