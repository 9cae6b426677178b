"""Audit rows read as sentences about people and things with names."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import EmailAddress, Organization, Role, Team, User
from helpdesk.accounts.operations.changing_roles import change_role
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.permissions import ADMIN, AGENT
from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.core import clock, current
from helpdesk.mail.models import BlockedSender, BlockKind, Mailbox, MailPurpose, MailTemplate
from helpdesk.settings.catalogue import change_settings, reset_setting
from helpdesk.tickets import operations
from helpdesk.tickets.models import HeldComment, HeldFor, Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import Upload, holding
from helpdesk.tickets.operations.holding import Hold
from helpdesk.tickets.operations.tags import change_tag, create_tag, merge_tags
from helpdesk.web.audit_sentences import tell
from tests.support.statements import counted_statements


@pytest.fixture(autouse=True)
def page(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.fixture
def sentences(work: Session, ana: User) -> Callable[[Callable[[], object]], list[str]]:
    """What the audit rows say that a deed of Ana's leaves."""

    def of(deed: Callable[[], object]) -> list[str]:
        work.commit()
        before = set(work.scalars(select(AuditLog.id)))
        current.change(user_id=ana.id)
        deed()
        work.commit()
        rows = work.scalars(select(AuditLog).where(AuditLog.id.not_in(before)).order_by(AuditLog.id)).all()
        return [told.sentence for told in tell(rows)]

    return of


def test_a_status_is_set_from_one_word_to_another(
    ticket: Ticket, ana: User, sentences: Callable[..., list[str]]
) -> None:
    said = sentences(lambda: operations.resolve(ticket, by=ana))

    assert said == ["Ana Agent set status from Open to Resolved"]


def test_taking_assigning_and_giving_back_have_words_of_their_own(
    ticket: Ticket, ana: User, ben: User, sentences: Callable[..., list[str]]
) -> None:
    took = sentences(lambda: operations.take(ticket, by=ana))
    assigned = sentences(lambda: operations.assign(ticket, to=ben, by=ana))
    took_over = sentences(lambda: operations.take(ticket, by=ana))
    gave_back = sentences(lambda: operations.assign(ticket, to=None, by=ana))

    assert took == ["Ana Agent took it; set status from Open to In progress"]
    assert assigned == ["Ana Agent moved it from Ana Agent to Ben Brown"]
    assert took_over == ["Ana Agent took it over from Ben Brown"]
    assert gave_back == ["Ana Agent took it away from Ana Agent: nobody has it"]


def test_everything_an_edit_changed_stands_in_one_sentence(
    ticket: Ticket, ana: User, work: Session, sentences: Callable[..., list[str]]
) -> None:
    team = work.scalars(select(Team)).one()

    def edit() -> None:
        operations.rename(ticket, title="Fire", by=ana)
        operations.set_priority(ticket, to=TicketPriority.URGENT, by=ana)
        operations.move_to_team(ticket, team=team, by=ana)

    (said,) = sentences(edit)

    assert said.split("; ") == [
        "Ana Agent renamed it from “The printer is on fire” to “Fire”",
        "gave it to team First line",
        "set priority from Medium to Urgent",
    ]


def test_tags_and_watchers_are_told_by_what_came_and_went(
    ticket: Ticket, ana: User, sentences: Callable[..., list[str]]
) -> None:
    added = sentences(lambda: operations.change_tags(ticket, add=["fire"], by=ana))
    swapped = sentences(lambda: operations.change_tags(ticket, add=["smoke"], remove=["fire"], by=ana))
    watched = sentences(lambda: operations.watch(ticket, by=ana))
    unwatched = sentences(lambda: operations.unwatch(ticket, by=ana))

    assert added == ["Ana Agent created fire", "Ana Agent added fire to its tags"]
    assert swapped == [
        "Ana Agent created smoke",
        "Ana Agent added smoke to its tags; removed fire from its tags",
    ]
    assert watched == ["Ana Agent started to watch it"]
    assert unwatched == ["Ana Agent stopped watching it"]


def test_messages_and_files_are_named_and_never_quoted(
    ticket: Ticket, ana: User, sentences: Callable[..., list[str]]
) -> None:
    said = sentences(
        lambda: operations.note(
            ticket, by=ana, content="The master code is 4711.", uploads=[Upload("plan.txt", BytesIO(b"plan"))]
        )
    )

    assert said == ["Ana Agent added an internal note", "Ana Agent attached “plan.txt”"]


def test_an_answer_that_waits_is_told_when_it_is_sent_or_taken_back(
    ana: User, ticket: Ticket, sentences: Callable[..., list[str]], work: Session
) -> None:
    def wait() -> None:
        hold = Hold(clock.now() + timedelta(days=1), HeldFor.LATER)
        operations.reply(ticket, by=ana, content="Gladly.", hold=hold)

    assert sentences(wait)[-1] == "Ana Agent wrote a message that waits"
    sent = sentences(lambda: holding.publish(work.scalars(select(HeldComment)).one()))
    assert sent[0] == "Ana Agent replied"
    sentences(wait)
    back = sentences(lambda: holding.take_back(work.scalars(select(HeldComment)).one(), by=ana))
    assert back == ["Ana Agent took an answer back before it was sent"]


def test_opening_replying_and_the_bin(
    ana: User, carl: User, sentences: Callable[..., list[str]], work: Session
) -> None:
    opened = sentences(
        lambda: operations.open_ticket(requester=carl, by=ana, title="Help", description="Please.")
    )
    ticket = work.scalars(select(Ticket)).one()
    replied = sentences(
        lambda: operations.reply(ticket, by=ana, content="Gladly.", status=TicketStatus.RESOLVED)
    )
    binned = sentences(lambda: operations.delete(ticket, by=ana))
    restored = sentences(lambda: operations.restore(ticket, by=ana))

    assert opened == ["Ana Agent opened the ticket", "Ana Agent wrote the opening message"]
    assert replied == ["Ana Agent replied", "Ana Agent set status from Open to Resolved"]
    assert binned == ["Ana Agent moved it to the bin"]
    assert restored == ["Ana Agent took it out of the bin"]


def test_people_and_organizations_are_told_too(
    carl: User, work: Session, sentences: Callable[..., list[str]]
) -> None:
    other = Organization(name="Other Ltd")

    def change() -> None:
        work.add(other)
        work.flush()
        carl.organization_id = other.id
        carl.password_hash = "another"
        carl.is_active = False

    assert sentences(change) == [
        "Ana Agent created Other Ltd",
        "Ana Agent set organization from Customer Inc to Other Ltd; changed the password; deactivated the account",
    ]


def test_a_row_is_about_its_ticket_or_itself_and_nobody_has_a_name_too(
    ticket: Ticket, carl: User, work: Session
) -> None:
    work.commit()
    before = set(work.scalars(select(AuditLog.id).where(AuditLog.ticket_id.is_(None))))
    current.change(user_id=None)
    carl.full_name = "Carl C."
    operations.resolve(ticket, by=carl)
    work.commit()
    rows = work.scalars(select(AuditLog).where(AuditLog.id.not_in(before), AuditLog.user_id.is_(None))).all()

    told = {each.about: each.who for each in tell(rows)}

    assert told == {ticket.ticket_number: "Somebody not signed in", "Carl C.": "Somebody not signed in"}


def test_many_rows_cost_one_statement(work: Session, carl: User) -> None:
    before = set(work.scalars(select(AuditLog.id)))
    for number in range(20):
        operations.open_ticket(requester=carl, by=carl, title=f"Ticket {number}", description="Help.")
    work.commit()
    rows = work.scalars(select(AuditLog).where(AuditLog.id.not_in(before))).all()

    with counted_statements() as statements:
        told = tell(rows)

    assert len(told) == 40
    assert len(statements) == 1
    assert {each.who for each in told} == {"System"}


def test_what_is_done_to_accounts_has_words_of_its_own(
    work: Session, ana: User, ben: User, ada: User, sentences: Callable[..., list[str]]
) -> None:
    admin = work.scalars(select(Role).where(Role.name == ADMIN)).one()
    agent = work.scalars(select(Role).where(Role.name == AGENT)).one()
    promoted = sentences(lambda: change_role(ben, to=admin, by=ada))
    stepped_back = sentences(lambda: change_role(ben, to=None, by=ada))
    came_back = sentences(lambda: change_role(ben, to=agent, by=ada))
    gone = sentences(lambda: deactivate(ben, by=ada))

    assert promoted == ["Ana Agent changed their role from Agent to Administrator"]
    assert stepped_back == [
        "Ana Agent made them a customer, no longer Administrator",
        "Ana Agent removed Ben Brown",
    ]
    assert came_back == ["Ana Agent gave them the role Agent"]
    assert gone == ["Ana Agent deactivated the account"]


def test_an_address_is_confirmed(work: Session, ben: User, sentences: Callable[..., list[str]]) -> None:
    address = work.scalars(select(EmailAddress).where(EmailAddress.user_id == ben.id)).one()
    address.verified_at = None
    work.commit()

    assert sentences(lambda: setattr(address, "verified_at", clock.now())) == [
        "Ana Agent confirmed the address"
    ]


def test_a_tag_says_what_it_was_called_and_what_it_took_in(
    work: Session, ada: User, sentences: Callable[..., list[str]]
) -> None:
    spam, junk = (create_tag(name=name, color="#6b6b6b", description="", by=ada) for name in ("spam", "junk"))
    work.commit()

    renamed = sentences(lambda: change_tag(junk, name="trash", color=junk.color, description="", by=ada))
    merged = sentences(lambda: merge_tags(spam, into=junk, by=ada))

    assert renamed == ["Ana Agent renamed it from “junk” to “trash”"]
    assert merged == ["Ana Agent merged the tag “spam” into it", "Ana Agent deleted spam"] or merged == [
        "Ana Agent merged the tag “spam” into it",
        "Ana Agent deleted #" + str(spam.id),
    ]


def test_a_setting_says_its_name_and_value(work: Session, sentences: Callable[..., list[str]]) -> None:
    reopening = "“Customers may reopen for”"

    assert sentences(lambda: change_settings(reopen_days=30)) == [f"Ana Agent set {reopening} to 30 days"]
    assert sentences(lambda: change_settings(reopen_days=20)) == [
        f"Ana Agent set {reopening} from 30 days to 20 days"
    ]
    assert sentences(lambda: reset_setting("reopen_days")) == [
        f"Ana Agent set {reopening} from 20 days back to its default"
    ]
    assert sentences(lambda: change_settings(allows_guests=False)) == [
        "Ana Agent set “Anybody may ask without an account” to no"
    ]


def test_acts_without_a_row_of_their_own_are_told(
    work: Session, carl: User, sentences: Callable[..., list[str]]
) -> None:
    def act(table: str, action: AuditAction, changes: dict[str, list[object]]) -> list[str]:
        return sentences(lambda: record(table, 7, action, changes))

    assert act("procrastinate_jobs", AuditAction.UPDATE, {"status": ["failed", "todo"]}) == [
        "Ana Agent let job 7 run again"
    ]
    assert act("procrastinate_jobs", AuditAction.UPDATE, {"status": ["failed", "cancelled"]}) == [
        "Ana Agent discarded job 7"
    ]
    assert act("outbox_recipients", AuditAction.READ, {"link_for": [None, carl.id]}) == [
        "Ana Agent copied a one-time link for Carl Customer"
    ]


def test_mailboxes_blocked_senders_and_words_of_letters_are_told_without_secrets(
    work: Session, ana: User, sentences: Callable[..., list[str]]
) -> None:
    mailbox = Mailbox(name="Support", address="help@desk.example", address_key="help@desk.example")
    blocked = BlockedSender(kind=BlockKind.DOMAIN, value="spam.example", created_by_id=ana.id)
    letter = MailTemplate(purpose=MailPurpose.TICKET_RECEIVED, subject="Got it", content="Thanks")

    def change() -> None:
        mailbox.is_active, mailbox.imap_password, mailbox.door_secret_hash = False, "sealed-once", "digest"

    def change_again() -> None:
        mailbox.imap_password = "sealed-again"

    made = sentences(lambda: work.add_all([mailbox, blocked, letter]))
    changed = sentences(change)
    changed_again = sentences(change_again)
    gone = sentences(lambda: [work.delete(each) for each in (blocked, letter)])

    assert made == [
        "Ana Agent created Support",
        "Ana Agent blocked spam.example",
        "Ana Agent wrote own words for the letter We have your request",
    ]
    assert changed == ["Ana Agent paused it; changed the password to fetch; opened its HTTP door"]
    assert changed_again == ["Ana Agent changed the password to fetch"]
    assert set(gone) == {
        "Ana Agent no longer blocks spam.example",
        "Ana Agent went back to the desk's words for the letter We have your request",
    }
