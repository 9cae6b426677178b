"""Pictures of the pages of all three faces, on a desk and on a phone, into docs/screenshots: make screenshots."""

import io
import logging
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page
from sqlalchemy import Select, func, select

from bench.pages import signed_in
from helpdesk.accounts.events import PersonInvited
from helpdesk.accounts.models import (
    EmailAddress,
    Organization,
    OrganizationRole,
    Role,
    Sharing,
    Team,
    User,
)
from helpdesk.accounts.operations.registering import add_customer, add_staff
from helpdesk.accounts.permissions import AGENT
from helpdesk.app import create_app
from helpdesk.background.jobs import enqueue
from helpdesk.background.models import JobError
from helpdesk.background.operations import finish
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.events import publish
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database import migrations
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.roles import owner_engine
from helpdesk.demo import generate, prepare
from helpdesk.files.store import Store
from helpdesk.identity.jobs import request_reset
from helpdesk.identity.models import OneTimeToken, TokenPurpose
from helpdesk.identity.operations.tokens import mint
from helpdesk.mail.models import DeliveryState, OutboxRecipient
from helpdesk.tickets.models import Comment, Tag, Ticket, TicketStatus
from helpdesk.tickets.operations.guest_requests import keep_request
from helpdesk.tickets.operations.keys import mint_key
from tests.support.chromium import SETTLED, chromium, open_page, served
from tests.support.pages import LINK_HOLDER, MANAGER, NOBODY, PERSONAS, PersonaPage
from tests.support.pages.visiting import OPEN, visit

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
TICKETS = 2_000
SIZES = {1440: 900, 390: 844}
SCHEMES = ("light", "dark")
BY_PERSONA: Mapping[str, Sequence[tuple[int, str]]] = {
    "customers": [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")],
    "agents": [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")],
    "admin": [(1440, "light"), (390, "dark")],
    "public": [(1440, "light"), (390, "dark")],
}
"""Which pictures there are of the pages of each; customers judge the desk by theirs, administrators sit at a desk."""
TITLES = {"customers": "Customers", "agents": "Agents", "admin": "Administrators", "public": "Everybody else"}
QUALITY = 62
LARGEST = 12_000_000  # bytes of the whole folder
EMAILS = {
    "ada": "admin@example.com",
    "ana": "agent@example.com",
    "ben": "new.colleague@example.com",
    "carl": "customer@example.com",
    "olga": "new.customer@example.com",
}


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with desk() as (app, url), chromium() as browser:
        places = places_on(app)
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        for persona, wanted in BY_PERSONA.items():
            pages = pictured(persona)
            windows = {page.reader: window_of(page.reader, browser, app, url, places) for page in pages}
            for page in pages:
                visit(windows[page.reader], url, page, places[page.reader])
                for width, scheme in wanted:
                    picture(windows[page.reader], page, width, scheme)
            print(f"{TITLES[persona]}: {len(pages)} pages")
    (FOLDER / "README.md").write_text(index(), encoding="utf-8")
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{len(list(FOLDER.glob('*.webp')))} pictures, {size / 1e6:.1f} MB")
    if size > LARGEST:
        raise SystemExit(f"more than {LARGEST / 1e6:.0f} MB: lower QUALITY")


def pictured(persona: str) -> Sequence[PersonaPage]:
    """The pages of this persona that are worth a picture; the setup page comes before all of this."""
    return [page for page in PERSONAS[persona].PAGES if page.is_pictured and not page.is_before_setup]


@contextmanager
def desk() -> Iterator[tuple[Flask, str]]:
    """A demo desk with an address of its own, gone at the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="hd-shots-", dir="/tmp"))  # short: sockets live in it
    folder.chmod(0o711)
    server = EmbeddedServer(folder)
    try:
        server.start()
        config = Config.from_environ({"DATABASE_URL": server.url("helpdesk"), "HELPDESK_DATA": str(folder)})
        app = create_app(config)
        migrations.upgrade(config)
        engine = owner_engine(config)
        prepare(engine)
        with engine.begin() as connection:
            store = Store(config.data_dir / "files")
            generate(connection, tickets=TICKETS, seed=1, password="ride along", store=store)
        with served(app) as url:
            yield app, url
    finally:
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)


def places_on(app: Flask) -> Mapping[str, Mapping[str, object]]:
    """By reader, tickets and people that show much, found on the desk; and people who have nothing yet."""
    with app.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID), unit_of_work():
        role = db.session.scalars(select(Role).where(Role.name == AGENT)).one()
        add_staff(email=EMAILS["ben"], full_name="Noor Jansen", role=role)
        add_customer(email=EMAILS["olga"], full_name="Ines Okafor")
        agent, customer = (_known(EMAILS[name]) for name in ("ana", "carl"))
        for_staff = {**_seen_by_staff(agent), **_of_the_desk(agent), **_machinery()}
        for_customers = {**for_staff, **_seen_by(customer)}
        return dict.fromkeys(("ada", "ana", "ben"), for_staff) | dict.fromkeys(
            ("carl", "olga", MANAGER, NOBODY, LINK_HOLDER), for_customers
        )


def _known(email: str) -> User:
    return db.session.scalars(select(User).join(User.addresses).where(EmailAddress.email_key == email)).one()


def _seen_by_staff(agent: User) -> dict[str, object]:
    """A ticket that tells much, and some that tell little."""
    full = db.session.scalars(
        _by_length(select(Ticket).where(Ticket.assignee_id == agent.id, Ticket.is_open))
    )
    everything = select(Ticket).where(Ticket.deleted_at.is_(None))
    return {
        "full": full.one().ticket_number,
        "plain": _newest(everything.where(Ticket.status == TicketStatus.OPEN)),
        "done": _newest(everything.where(Ticket.status == TicketStatus.CLOSED)),
        "binned": _newest(select(Ticket).where(Ticket.deleted_at.is_not(None))),
        "word": "battery",
    }


def _of_the_desk(agent: User) -> dict[str, object]:
    """Somebody who asked much, and what people belong to."""
    busy = _person(select(User).where(User.organization_id.is_not(None)))
    others = select(User).where(User.organization_id == busy.organization_id, User.id != busy.id)
    return {
        "person": busy.id,
        "other": _person(others).id,
        "staff": agent.id,
        "invited": _known(EMAILS["ben"]).id,
        "organization": busy.organization_id,
        "team": db.session.scalars(select(Team.id).order_by(Team.id)).first(),
        "tag": db.session.scalars(select(Tag.id).order_by(Tag.id)).first(),
        "other_tag": db.session.scalars(select(Tag.name).order_by(Tag.id.desc())).first(),
    }


def _machinery() -> dict[str, object]:
    """A mail that could not be sent, and a job that gave up."""
    recipient = db.session.scalars(select(OutboxRecipient).order_by(OutboxRecipient.id.desc())).first()
    if recipient is None:
        address = db.session.scalars(select(EmailAddress).order_by(EmailAddress.id)).first()
        assert address is not None
        publish(PersonInvited(db.session.get_one(User, address.user_id), address, by=_known(EMAILS["ada"])))
        db.session.flush()
        recipient = db.session.scalars(select(OutboxRecipient)).first()
    assert recipient is not None
    recipient.state, recipient.attempts = DeliveryState.FAILED, 8
    recipient.last_error = "550 5.1.1 no such mailbox"
    job = enqueue(request_reset, email=EMAILS["carl"])
    assert job is not None
    finish(job, "failed")
    error = "OSError: [Errno 28] No space left on device"
    db.session.add(JobError(job_id=job, attempt=1, error=error, traceback="in write_all"))
    return {"failed_mail": recipient.id, "failed_job": job}


def _seen_by(customer: User) -> dict[str, object]:
    """Their own requests, their organization in their own hands, and the links of their mails."""
    mine = select(Ticket).where(Ticket.requester_id == customer.id, Ticket.deleted_at.is_(None))
    address = _address_of(customer)
    full = db.session.scalars(_by_length(mine.where(Ticket.is_open))).one()
    asked = keep_request(
        email="gus@example.org",
        full_name="Gus Grünwald",
        title="Are you open on Sunday?",
        content="I come far.",
    )
    request = mint(TokenPurpose.CONFIRM_REQUEST, person=customer, address=address)
    link = db.session.scalars(select(OneTimeToken).order_by(OneTimeToken.id.desc()).limit(1)).one()
    link.guest_request_id = asked.id
    return {
        "full": full.ticket_number,
        "plain": _newest(mine.where(Ticket.id != full.id)),
        "done": _newest(mine.where(Ticket.resolved_at.is_not(None))),
        "key": mint_key(full, person=customer, address=address),
        "confirm_request": request,
        "invitation": mint(TokenPurpose.INVITATION, person=customer, address=address),
    }


def _address_of(person: User) -> EmailAddress:
    primary = EmailAddress.is_primary & (EmailAddress.user_id == person.id)
    return db.session.scalars(select(EmailAddress).where(primary)).one()


def _by_length(tickets: Select[Ticket]) -> Select[Ticket]:
    """Those with the most messages first."""
    messages = select(func.count()).where(Comment.ticket_id == Ticket.id)
    return tickets.order_by(messages.scalar_subquery().desc(), Ticket.id).limit(1)


def _newest(tickets: Select[Ticket]) -> str:
    return db.session.scalars(tickets.order_by(Ticket.id.desc()).limit(1)).one().ticket_number


def _person(people: Select[User]) -> User:
    """Who has asked most."""
    asked = select(func.count()).where(Ticket.requester_id == User.id).scalar_subquery()
    return db.session.scalars(people.order_by(asked.desc(), User.id).limit(1)).one()


def window_of(reader: str, browser: Browser, app: Flask, url: str, places: Mapping[str, Any]) -> Page:
    """A window in which this reader is who they are."""
    window = open_page(browser)
    if reader in EMAILS or reader == MANAGER:
        cookie = signed_in(app, EMAILS.get(reader) or manager_of(app)).get_cookie("helpdesk")
        assert cookie is not None
        window.context.add_cookies([{"name": "helpdesk", "value": cookie.value, "url": url}])
    elif reader == LINK_HOLDER:
        window.goto(url + OPEN.format_map(places[LINK_HOLDER]))
    return window


def manager_of(app: Flask) -> str:
    """The address of whoever manages the organization of the customer in the manual; it shares with managers."""
    with app.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID), unit_of_work():
        customer = _known(EMAILS["carl"])
        organization = db.session.get_one(Organization, customer.organization_id)
        organization.sharing = Sharing.MANAGERS
        colleagues = select(User).where(User.organization_id == organization.id, User.id != customer.id)
        manager = _person(colleagues)
        manager.organization_role = OrganizationRole.MANAGER
        return _address_of(manager).email_key


def picture(window: Page, page: PersonaPage, width: int, scheme: str) -> None:
    window.set_viewport_size({"width": width, "height": SIZES[width]})
    window.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # a literal
    window.evaluate(SETTLED)
    taken = Image.open(io.BytesIO(window.screenshot(animations="disabled", caret="hide")))
    taken.convert("RGB").save(FOLDER / filename(page, width, scheme), quality=QUALITY, method=6)


def filename(page: PersonaPage, width: int, scheme: str) -> str:
    return f"{page.name}-{width}-{scheme}.webp"


def index() -> str:
    """What there is to see, face by face and page by page."""
    lines = [
        "# What the desk looks like",
        "",
        f"Its pages with demo data ({TICKETS:,} tickets), taken by `make screenshots`: on a desk and on a phone.",
        "",
    ]
    for persona, wanted in BY_PERSONA.items():
        lines += [f"## {TITLES[persona]}", ""]
        for page in pictured(persona):
            words = page.name.replace("-", " ")
            large, *others = [
                (f"{width} {scheme}", filename(page, width, scheme)) for width, scheme in wanted
            ]
            more = " · ".join(f"[{how}]({file})" for how, file in others)
            lines += [f"### {words[0].upper()}{words[1:]}", "", f"![{words}]({large[1]})", "", more, ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
