"""Pictures of every agents' page, three widths, light and dark, into docs/screenshots: make screenshots."""

import io
import logging
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page
from sqlalchemy import Select, func, select

from bench.pages import signed_in
from helpdesk.accounts.models import Role, User
from helpdesk.accounts.operations.registering import add_staff
from helpdesk.accounts.permissions import AGENT
from helpdesk.app import create_app
from helpdesk.config import Config
from helpdesk.core import current
from helpdesk.core.current import Via
from helpdesk.core.db import db
from helpdesk.core.unit_of_work import unit_of_work
from helpdesk.database import migrations
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.database.roles import owner_engine
from helpdesk.demo import generate, prepare
from helpdesk.files.store import Store
from helpdesk.tickets.models import Comment, Ticket, TicketStatus
from tests.support.chromium import chromium, open_page, served, submit
from tests.support.pages import PersonaPage
from tests.support.pages.agents import PAGES

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
TICKETS = 2_000
WIDTHS = {1440: 900, 1024: 768, 390: 844}
SCHEMES = ("light", "dark")
QUALITY = 62
LARGEST = 8_000_000  # bytes of the whole folder
READERS = {"ada": "admin@example.com", "ana": "agent@example.com", "ben": "new.colleague@example.com"}


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    pages = [page for page in PAGES if page.is_pictured]
    with desk() as (app, url), chromium() as browser:
        places = places_on(app)
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        for width, height in WIDTHS.items():
            readers = {name: at_the_desk(browser, app, url, name, width, height) for name in READERS}
            for page in pages:
                picture(readers[page.reader], url, page, places, width)
            print(f"{width} px: {len(pages)} pages, light and dark")
    (FOLDER / "README.md").write_text(index(pages), encoding="utf-8")
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{len(list(FOLDER.glob('*.webp')))} pictures, {size / 1e6:.1f} MB")
    if size > LARGEST:
        raise SystemExit(f"more than {LARGEST / 1e6:.0f} MB: lower QUALITY")


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


def places_on(app: Flask) -> Mapping[str, object]:
    """Tickets and people that show much, found on the desk; and an agent who has nothing yet."""
    with app.app_context(), current.entering(Via.CLI, user_id=current.SYSTEM_USER_ID), unit_of_work():
        role = db.session.scalars(select(Role).where(Role.name == AGENT)).one()
        add_staff(email=READERS["ben"], full_name="Noor Jansen", role=role)
        agent = db.session.scalars(select(User).where(User.email == READERS["ana"])).one()
        mine = select(Ticket).where(Ticket.assignee_id == agent.id, Ticket.is_open)
        full = db.session.scalars(_by_length(mine)).first()
        everything = select(Ticket).where(Ticket.deleted_at.is_(None))
        busy = _person(select(User).where(User.organization_id.is_not(None)))
        others = select(User).where(User.organization_id == busy.organization_id, User.id != busy.id)
        assert full is not None
        return {
            "full": full.ticket_number,
            "plain": _newest(everything.where(Ticket.status == TicketStatus.OPEN)),
            "done": _newest(everything.where(Ticket.status == TicketStatus.CLOSED)),
            "binned": _newest(select(Ticket).where(Ticket.deleted_at.is_not(None))),
            "person": busy.id,
            "other": _person(others).id,
            "staff": agent.id,
            "organization": busy.organization_id,
            "word": "battery",
        }


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


def at_the_desk(browser: Browser, app: Flask, url: str, name: str, width: int, height: int) -> Page:
    cookie = signed_in(app, READERS[name]).get_cookie("helpdesk")
    assert cookie is not None
    page = open_page(browser, width=width, height=height, has_touch=width < 600)
    page.context.add_cookies([{"name": "helpdesk", "value": cookie.value, "url": url}])
    return page


def picture(shown: Page, url: str, page: PersonaPage, places: Mapping[str, object], width: int) -> None:
    if page.sends:
        shown.goto(f"{url}/agent/tickets/new")
        submit(shown, page.address(places), page.sends)
    else:
        shown.goto(url + page.address(places))
    for scheme in SCHEMES:
        shown.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # a literal
        taken = Image.open(io.BytesIO(shown.screenshot(animations="disabled", caret="hide")))
        taken.convert("RGB").save(FOLDER / filename(page, width, scheme), quality=QUALITY, method=6)


def filename(page: PersonaPage, width: int, scheme: str) -> str:
    return f"{page.name}-{width}-{scheme}.webp"


def index(pages: list[PersonaPage]) -> str:
    """What there is to see, page by page."""
    lines = [
        "# What the agents' desk looks like",
        "",
        f"Every page of the agents' desk with demo data ({TICKETS:,} tickets), taken by `make screenshots`: at",
        f"{', '.join(map(str, WIDTHS))} pixels, in the light and the dark theme.",
        "",
    ]
    for page in pages:
        words = page.name.replace("-", " ")
        lines += [f"## {words[0].upper()}{words[1:]}", "", "| Light | Dark |", "|---|---|"]
        widest = next(iter(WIDTHS))
        lines.append(
            " ".join(f"| ![{words}, {each}]({filename(page, widest, each)})" for each in SCHEMES) + " |"
        )
        more = (
            f"[{width} {scheme}]({filename(page, width, scheme)})"
            for width in list(WIDTHS)[1:]
            for scheme in SCHEMES
        )
        lines += ["", " · ".join(more), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
