"""Objects that come, change and go through the session."""

from sqlalchemy.orm import Session

from helpdesk.accounts.models import EmailAddress, Organization, Sharing, User
from helpdesk.audit.models import AuditAction
from helpdesk.core import clock
from helpdesk.core.current import SYSTEM_USER_ID, Via
from helpdesk.files.models import Blob
from helpdesk.tickets.models import Attachment, Comment, Tag, Ticket, TicketPriority
from helpdesk.tickets.operations import note
from tests.audit.conftest import News

PICTURE = "a" * 64


def attached(work: Session, comment: Comment) -> Attachment:
    """A file that came with a comment."""
    work.add(Blob(sha256=PICTURE, size=3, content_type="image/png", last_used_at=clock.now()))
    file = Attachment(comment=comment, sha256=PICTURE, filename="fire.png", content_type="image/png", size=3)
    work.add(file)
    work.flush()
    return file


def test_a_new_object_is_told_with_all_it_has(work: Session, news: News) -> None:
    acme = Organization(name="Acme", domains=["acme.example"])
    work.add(acme)

    (row,) = news()

    assert (row.table_name, row.record_id, row.action) == ("organizations", acme.id, AuditAction.INSERT)
    assert row.changes == {
        "name": [None, "Acme"],
        "domains": [None, ["acme.example"]],
        "sharing": [None, "none"],
        "created_at": [None, acme.created_at.isoformat()],
    }


def test_a_change_is_told_with_old_and_new(work: Session, ticket: Ticket, news: News) -> None:
    news()
    ticket.priority = TicketPriority.URGENT

    (row,) = news()

    assert (row.table_name, row.record_id, row.ticket_id) == ("tickets", ticket.id, ticket.id)
    assert row.action is AuditAction.UPDATE
    assert row.changes == {"priority": ["medium", "urgent"]}
    assert (row.user_id, row.via) == (SYSTEM_USER_ID, Via.CLI)


def test_a_deleted_object_is_told_with_all_it_had(work: Session, news: News) -> None:
    vip = Tag(name="vip", color="#123456")
    work.add(vip)
    news()
    work.delete(vip)

    (row,) = news()

    assert (row.table_name, row.record_id, row.action) == ("tags", vip.id, AuditAction.DELETE)
    assert row.changes["name"] == ["vip", None]
    assert row.changes["color"] == ["#123456", None]


def test_what_its_parent_lets_go_of_is_told_as_deleted(work: Session, ticket: Ticket, news: News) -> None:
    file = attached(work, ticket.opening)
    work.refresh(ticket.opening, ["attachments"])
    news()
    ticket.opening.attachments.remove(file)

    (row,) = news()

    assert (row.table_name, row.record_id, row.action) == ("attachments", file.id, AuditAction.DELETE)
    assert row.changes["filename"] == ["fire.png", None]
    assert row.ticket_id == ticket.id


def test_what_was_changed_and_let_go_of_is_told_as_deleted(work: Session, ticket: Ticket, news: News) -> None:
    file = attached(work, ticket.opening)
    work.refresh(ticket.opening, ["attachments"])
    news()
    file.filename = "other.png"
    ticket.opening.attachments.remove(file)

    (row,) = news()

    assert row.action is AuditAction.DELETE


def test_what_a_deleted_parent_takes_along_is_told_too(
    work: Session, ticket: Ticket, ana: User, news: News
) -> None:
    comment = note(ticket, by=ana, content="See the picture.")
    file = attached(work, comment)
    news()
    work.refresh(comment, ["attachments"])
    work.delete(comment)

    rows = {(row.table_name, row.record_id): row for row in news()}

    assert rows.keys() == {("comments", comment.id), ("attachments", file.id)}
    assert {row.action for row in rows.values()} == {AuditAction.DELETE}
    assert {row.ticket_id for row in rows.values()} == {ticket.id}


def test_several_flushes_of_one_operation_are_one_row(work: Session, ticket: Ticket, news: News) -> None:
    news()
    ticket.title = "First thought"
    work.flush()
    ticket.title = "Second thought"
    ticket.priority = TicketPriority.LOW
    work.flush()

    (row,) = news()

    assert row.changes == {
        "title": ["The printer is on fire", "Second thought"],
        "priority": ["medium", "low"],
    }


def test_a_change_taken_back_in_the_same_operation_leaves_nothing(
    work: Session, ticket: Ticket, news: News
) -> None:
    news()
    ticket.title = "First thought"
    work.flush()
    ticket.title = "The printer is on fire"
    work.flush()

    assert news() == []


def test_what_came_and_went_in_one_operation_leaves_nothing(work: Session, news: News) -> None:
    short_lived = Tag(name="short-lived")
    work.add(short_lived)
    work.flush()
    work.delete(short_lived)

    assert news() == []


def test_an_object_created_and_changed_in_one_operation_is_one_creation(work: Session, news: News) -> None:
    acme = Organization(name="Acme", domains=[])
    work.add(acme)
    work.flush()
    acme.sharing = Sharing.EVERYONE

    (row,) = news()

    assert row.action is AuditAction.INSERT
    assert row.changes["sharing"] == [None, "everyone"]


def test_an_object_changed_and_deleted_in_one_operation_is_one_deletion(work: Session, news: News) -> None:
    acme = Organization(name="Acme", domains=[])
    work.add(acme)
    news()
    acme.name = "Acme and sons"
    work.flush()
    work.delete(acme)

    (row,) = news()

    assert row.action is AuditAction.DELETE
    assert row.changes["name"] == ["Acme", None]


def test_the_old_value_is_known_where_it_was_never_read(work: Session, ticket: Ticket, news: News) -> None:
    news()
    work.expire(ticket, ["title"])
    ticket.title = "Written without looking"

    (row,) = news()

    assert row.changes == {"title": ["The printer is on fire", "Written without looking"]}


def test_moments_that_follow_from_other_changes_say_nothing(
    work: Session, ticket: Ticket, ana: User, news: News
) -> None:
    news()
    ticket.last_activity_at = clock.now()
    ana.last_login = clock.now()

    assert news() == []


def test_of_a_password_only_the_change_is_kept(work: Session, carl: User, news: News) -> None:
    carl.password_hash = "$argon2id$very-secret"

    (row,) = news()

    assert row.changes == {"password_hash": ["•••", "•••"]}


def test_a_first_and_a_removed_password_can_be_told_apart(work: Session, carl: User, news: News) -> None:
    carl.password_hash = None
    (removed,) = news()
    carl.password_hash = "$argon2id$very-secret"
    (given,) = news()

    assert removed.changes == {"password_hash": ["•••", None]}
    assert given.changes == {"password_hash": [None, "•••"]}


def test_of_a_message_only_length_and_digest_are_kept(
    work: Session, ticket: Ticket, ana: User, news: News
) -> None:
    news()
    comment = note(ticket, by=ana, content="The canary sings.")
    (row,) = [each for each in news() if each.table_name == "comments"]

    assert row.record_id == comment.id
    assert row.changes["content"][1]["length"] == 17
    assert row.changes["content"][1]["sha256"] != "The canary sings."
    assert "canary" not in str(row.changes)


def test_a_changed_message_is_told_by_another_digest(work: Session, ticket: Ticket, news: News) -> None:
    news()
    ticket.opening.content = "It glows."

    (row,) = news()

    old, new = row.changes["content"]
    assert old["sha256"] != new["sha256"]
    assert (old["length"], new["length"]) == (23, 9)


def test_an_address_is_told_as_what_it_is(work: Session, carl: User, news: News) -> None:
    work.add(
        EmailAddress(user_id=carl.id, email="C@home.example", email_key="c@home.example", is_primary=False)
    )

    (row,) = news()

    assert row.changes["user_id"] == [None, carl.id]
    assert row.changes["email"] == [None, "C@home.example"]
