"""Mail both ways with Debian's Postfix and Dovecot: a customer writes, is answered, answers; an answer comes back."""

import re
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
import pytest

from helpdesk.app import create_app
from helpdesk.database.embedded import EmbeddedServer
from helpdesk.mail.models import AfterFetch
from tests.support import databases, debians_mail, token_endpoint
from tests.support.debians_mail import CARL, NOBODY, SUPPORT, MailServer
from tests.support.fetching import Fetching
from tests.support.folders import open_folder
from tests.support.http_person import HttpPerson
from tests.support.mailboxes import numbered_mail
from tests.support.processes import eventually
from tests.support.running_desk import RunningDesk
from tests.support.tally import tally
from tests.support.token_endpoint import TokenEndpoint

pytestmark = pytest.mark.server

PASSWORD = "correct horse battery"
PATIENCE = 60.0  # seconds


class Desk:
    """A running desk with a mailbox at the servers, seen through its pages and its database."""

    def __init__(self, desk: RunningDesk) -> None:
        self.running = desk
        self.admin, self.agent = HttpPerson(desk.url), HttpPerson(desk.url)
        self.admin.sign_in("admin@example.com", PASSWORD)
        self.agent.sign_in("agent@example.com", PASSWORD)
        self.database = EmbeddedServer(Path(desk.environment["HELPDESK_DATA"])).superuser_url()

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(statement, values).fetchall()

    def wait_for(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows, once there are any."""
        assert eventually(lambda: self.rows(statement, *values), within=PATIENCE), statement
        return self.rows(statement, *values)

    def connect_mailbox(self, mail: MailServer, tokens: TokenEndpoint | None = None) -> str:
        """As an administrator does it, page by page. Returns the mailbox's page."""
        admin = self.admin
        admin.get("/admin/mailboxes/new")
        status, page = admin.post("/admin/mailboxes", name="Support", address=SUPPORT, provider="imap")
        assert status == 303
        place = page.removesuffix("/incoming").removeprefix(self.running.url)
        admin.get(f"{place}/incoming")
        signing_in = {"sign_in": "password", "imap_password": debians_mail.PASSWORD}
        if tokens:
            signing_in = {
                "sign_in": "oauth2",
                "oauth_client_id": tokens.client_id,
                "oauth_client_secret": tokens.client_secret,
                "oauth_authorize_url": f"{tokens.url}/authorize",
                "oauth_token_url": f"{tokens.url}/token",
                "oauth_scope": "mail",
            }
        incoming = {"imap_host": "127.0.0.1", "imap_port": str(mail.imap_port), "imap_security": "none"}
        more = {"imap_user": SUPPORT, "imap_folder": "INBOX", "after_fetch": "move", "done_folder": "Done"}
        assert admin.post(f"{place}/incoming", **incoming, **more, **signing_in)[0] == 303
        if tokens:
            self._permit(place, tokens)
        outgoing = {"smtp_host": "127.0.0.1", "smtp_port": str(mail.smtp_port), "smtp_security": "none"}
        assert admin.post(f"{place}/outgoing", **outgoing, hourly_limit="500")[0] == 303
        assert admin.post(f"{place}/default")[0] == 303
        assert admin.post(f"{place}/activation", start="all")[0] == 303
        return place

    def _permit(self, place: str, tokens: TokenEndpoint) -> None:
        _status, page = self.admin.get(f"{place}/permission/new")
        found = re.search(r"[?&;]state=([\w-]+)", page)
        assert found, "the page leads to the provider"
        status, _page = self.admin.get(f"/admin/mailboxes/permission?code=a+code&state={found.group(1)}")
        assert status == 303
        assert tokens.granted == ["authorization_code"]

    def answer(self, number: str, text: str) -> None:
        self.agent.get(f"/agent/tickets/{number}")
        status, _ = self.agent.post(f"/agent/tickets/{number}/replies", content=text, mode="reply", status="")
        assert status == 303


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with debians_mail.running() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    running = RunningDesk(tmp_path / "desk")
    running.start()
    try:
        running.wait_until_ready()
        running.command("demo", "--tickets", "5", "--seed", "1", "--password", PASSWORD)
        yield Desk(running)
    finally:
        running.remove()


def written(subject: str, text: str, *, sender: str = CARL, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Carl Customer <{sender}>", SUPPORT, subject
    message["Message-ID"] = f"<{abs(hash((subject, text)))}@customers.test>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_a_conversation_and_an_answer_that_comes_back(desk: Desk, mail: MailServer) -> None:
    desk.connect_mailbox(mail)

    # a mail becomes a ticket, and its server lets go of it
    asked = written("The printer is on fire", "It burns.")
    mail.send(asked, sender=CARL, to=SUPPORT)
    [(number,)] = desk.wait_for("select ticket_number from tickets where title = 'The printer is on fire'")
    assert eventually(
        lambda: len(mail.mails(SUPPORT, "Done")) == 1 and not mail.mails(SUPPORT), within=PATIENCE
    )

    # the answer goes out, in its thread
    desk.answer(number, "Use water.")
    mails = [message_from_bytes(raw, policy=policy.default) for raw in mail.wait_for_mails(CARL, 2)]
    acknowledged, answered = mails
    assert acknowledged["Auto-Submitted"] == "auto-replied"
    assert "Use water." in answered.get_body(("plain",)).get_content()
    assert asked["Message-ID"] in answered["References"]
    assert SUPPORT in answered["From"]
    assert answered["Auto-Submitted"] is None

    # the customer answers it: the same ticket
    again = written(
        f"Re: {answered['Subject']}",
        "Thank you, it is out.",
        In_Reply_To=answered["Message-ID"],
        References=answered["References"],
    )
    mail.send(again, sender=CARL, to=SUPPORT)
    desk.wait_for("select 1 from comments where content = 'Thank you, it is out.'")
    verdicts = desk.rows(
        """select verdict, ticket_number from inbound_messages i join tickets t on t.id = i.ticket_id
           where i.sender = %s order by i.id""",
        CARL,
    )
    assert verdicts == [("new_ticket", number), ("reply", number)]

    # an answer that comes back marks the ticket, and is sent again
    mail.send(written("Where is my parcel?", "Nobody knows.", sender=NOBODY), sender=NOBODY, to=SUPPORT)
    [(lost,)] = desk.wait_for("select ticket_number from tickets where title = 'Where is my parcel?'")
    desk.answer(lost, "It is on its way.")
    desk.wait_for("select 1 from tickets where ticket_number = %s and delivery_failed_at is not null", lost)
    [(bounced, answer)] = desk.rows("select id, last_error from outbox_recipients where state = 'bounced'")
    assert "unknown user" in answer
    assert desk.rows("select verdict from inbound_messages where recipient_id = %s", bounced) == [("bounce",)]
    row = next(part for part in desk.agent.get("/agent/queues/everything")[1].split("<tr") if lost in part)
    assert "undelivered" in row or "not arrive" in row or "Not delivered" in row

    mail.welcome(NOBODY)
    _status, page = desk.agent.get(f"/agent/tickets/{lost}")
    resend = re.search(r'action="([^"]*(?:resend|resent|deliver)[^"]*)"', page)
    assert resend, "the ticket offers to send it again"
    assert desk.agent.post(resend.group(1))[0] == 303
    [once_more] = [raw for raw in mail.wait_for_mails(NOBODY, 1) if b"on its way" in raw]
    assert once_more
    desk.wait_for("select 1 from tickets where ticket_number = %s and delivery_failed_at is null", lost)
    tally("mails over real servers", 7)


def test_a_mailbox_with_a_permission_instead_of_a_password(desk: Desk) -> None:
    with (
        token_endpoint.running() as tokens,
        debians_mail.running(oauth_introspection=f"{tokens.url}/introspect") as mail,
    ):
        desk.connect_mailbox(mail, tokens)
        mail.send(written("By permission", "Let me in."), sender=CARL, to=SUPPORT)
        desk.wait_for("select 1 from tickets where title = 'By permission'")

        # an access token that is over is renewed with the refresh token, and the mailbox goes on
        tokens.access_tokens.clear()
        desk.rows("update mailbox_states set access_ends_at = now() - interval '1 hour' returning mailbox_id")
        desk.rows(
            "update mailboxes set imap_folder = 'INBOX', done_folder = 'Finished' returning id"
        )  # connects anew
        assert eventually(lambda: "refresh_token" in tokens.granted, within=PATIENCE)
        mail.send(written("Still permitted", "Me again."), sender=CARL, to=SUPPORT)
        desk.wait_for("select 1 from tickets where title = 'Still permitted'")


@pytest.mark.parametrize("after_fetch", AfterFetch)
def test_eight_fetchers_at_once_take_in_each_mail_once(
    tmp_path: Path, mail: MailServer, after_fetch: AfterFetch
) -> None:
    with open_folder() as folder:
        server = databases.start(folder)
        try:
            databases.clone(server, folder, "eight")
            app = create_app(databases.config_for(server, "eight", tmp_path / "data"))
            fetching = Fetching(app, mail, SUPPORT, after_fetch=after_fetch, done_folder="Done")
            mail.put(SUPPORT, *(numbered_mail(number) for number in range(200)))
            failures: list[BaseException] = []

            def fetch() -> None:
                try:
                    fetching.look(fetching.new_watch())
                except BaseException as error:
                    failures.append(error)

            fetchers = [threading.Thread(target=fetch) for _ in range(8)]
            for each in fetchers:
                each.start()
            for each in fetchers:
                each.join()
            fetching.look(fetching.new_watch())
            raws = fetching.raws()
            databases.dispose(app)
        finally:
            server.remove()
    assert failures == []
    assert sorted(raws) == sorted(numbered_mail(number) for number in range(200))
    assert len(mail.mails(SUPPORT)) == (200 if after_fetch is AfterFetch.MARK else 0)
    tally("mails by eight fetchers at once", 200)
