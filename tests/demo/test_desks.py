"""A demo desk holds what the operations would have left behind, no more and no less."""

import hashlib
import re
from collections import defaultdict
from random import Random

import pytest
from sqlalchemy import select, text

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.models import EmailAddress, Organization, User
from helpdesk.audit.entries import plain, snapshot
from helpdesk.audit.models import AuditAction, AuditLog
from helpdesk.audit.sealing import seal
from helpdesk.audit.verifying import verify
from helpdesk.core.html import text_to_html
from helpdesk.database.roles import owner_engine
from helpdesk.demo import generate
from helpdesk.demo.desks import BadSize
from helpdesk.demo.people import assemble
from helpdesk.files import types
from helpdesk.identity.passwords import verify_password
from helpdesk.tickets.models import Attachment, Comment, Tag, Ticket, TicketStatus
from helpdesk.tickets.models.status import MOVES
from tests.demo.conftest import NOW, PASSWORD, filled

CHANGING = (
    "status",
    "priority",
    "assignee_id",
    "team_id",
    "due_at",
    "first_responded_at",
    "first_resolved_at",
    "resolved_at",
    "closed_at",
    "reopen_count",
    "deleted_at",
)


def one(made, statement):
    return made.connection.scalar(text(statement))


def rows(made, model):
    table = model.__table__
    return made.connection.execute(select(table).order_by(table.c.id)).mappings().all()


def names_of(made, table, column, name="id"):
    """The members of a relation by ticket."""
    found = defaultdict(list)
    for ticket_id, member in made.connection.execute(text(f"select ticket_id, {column} from {table}")):
        found[ticket_id].append(member)
    return {ticket_id: sorted(members) for ticket_id, members in found.items()}


def test_as_many_tickets_as_asked_for(made):
    assert one(made, "select count(*) from tickets") == made.desk.tickets == 400
    assert one(made, "select count(*) from comments") == made.desk.comments
    assert one(made, "select min(id) from tickets") == made.desk.first_ticket_id
    assert one(made, "select max(id) from tickets") == made.desk.last_ticket_id


def test_every_ticket_was_opened_by_one_public_comment_at_its_creation(made):
    wrong = """select count(*) from tickets t where not exists (
        select from comments c where c.ticket_id = t.id and c.is_opening and not c.is_internal
        and c.author_id = t.creator_id and c.created_at = t.created_at and c.via = t.via)"""
    assert one(made, wrong) == 0
    assert one(made, "select count(*) from comments where is_opening") == 400


@pytest.mark.parametrize(
    "column, counted",
    [
        ("last_activity_at", "(select max(published_at) from comments where ticket_id = t.id)"),
        (
            "last_public_at",
            "(select max(published_at) from comments where ticket_id = t.id and not is_internal)",
        ),
        (
            "first_responded_at",
            """(select min(c.published_at) from comments c join users u on u.id = c.author_id
            where c.ticket_id = t.id and u.is_staff and not c.is_internal and not c.is_opening)""",
        ),
        (
            "unanswered_since",
            """(select min(c.published_at) from comments c join users u on u.id = c.author_id
            where c.ticket_id = t.id and not c.is_internal and (c.is_opening or not u.is_staff)
            and c.published_at > coalesce((select max(s.published_at) from comments s
              join users v on v.id = s.author_id where s.ticket_id = t.id
              and v.is_staff and not s.is_internal and not s.is_opening), '-infinity'))""",
        ),
        ("organization_id", "(select organization_id from users where id = t.requester_id)"),
    ],
)
def test_what_follows_from_others_does_so(made, column, counted):
    assert one(made, f"select count(*) from tickets t where {column} is distinct from {counted}") == 0


def test_nothing_lies_in_the_future_or_before_its_ticket(made):
    later = "greatest(created_at, updated_at, last_activity_at, first_responded_at, resolved_at, closed_at, deleted_at)"
    assert made.connection.scalar(text(f"select max({later}) from tickets")) <= NOW
    assert one(made, "select max(created_at) from audit_logs where ticket_id is not null") <= NOW
    early = "select count(*) from comments c join tickets t on t.id = c.ticket_id where c.created_at < t.created_at"
    assert one(made, early) == 0
    unborn = "select count(*) from tickets t join users u on u.id = t.requester_id where u.created_at > t.created_at"
    assert one(made, unborn) == 0


def test_the_markup_is_that_of_the_text(made):
    for comment in rows(made, Comment):
        assert comment["content_html"] == text_to_html(comment["content"])


def test_no_sentence_was_left_unfilled(made):
    said = [comment["content"] for comment in rows(made, Comment)]
    said += [ticket["title"] for ticket in rows(made, Ticket)]
    assert [each for each in said if re.search(r"[{}<>|]|\b(None|True)\b|  | [.,!?]", each)] == []


def test_inserts_are_audited_as_the_listener_would(made):
    logged = {
        (row.table_name, row.record_id): row.changes
        for row in made.connection.execute(select(AuditLog.__table__).where(AuditLog.action == "insert"))
    }
    for model in (Comment, Attachment, User, EmailAddress, Organization, Tag):
        for row in rows(made, model):
            if row["created_at"] < NOW:  # not the cast of the tests
                assert logged[model.__tablename__, row["id"]] == snapshot(model, row, AuditAction.INSERT)
    for row in rows(made, Ticket):
        first = {name: logged["tickets", row["id"]].get(name, [None, None])[1] for name in CHANGING}
        opened = {**row, **{name: value for name, value in first.items() if name != "due_at"}}
        opened["due_at"] = first["due_at"]
        expected = snapshot(Ticket, opened, AuditAction.INSERT)
        found = {name: pair for name, pair in logged["tickets", row["id"]].items() if name != "participants"}
        assert found == expected


def test_the_trail_leads_from_the_first_state_to_the_present_one(made):
    tags = {row["id"]: row["name"] for row in rows(made, Tag)}
    tagged = names_of(made, "ticket_tags", "tag_id")
    watchers = names_of(made, "ticket_watchers", "user_id")
    participants = names_of(made, "ticket_participants", "user_id")
    state = defaultdict(dict)
    trail = (
        select(AuditLog.__table__)
        .where(AuditLog.table_name == "tickets")
        .order_by(AuditLog.created_at, AuditLog.id)
    )
    for entry in made.connection.execute(trail):
        known = state[entry.record_id]
        for name, (old, new) in entry.changes.items():
            assert old == known.get(name, [] if isinstance(new, list) else None), (entry.record_id, name)
            if entry.action == "update" and name == "status" and old != new:
                assert TicketStatus(new) in MOVES[TicketStatus(old)]
            known[name] = new
    for ticket in rows(made, Ticket):
        known = state[ticket["id"]]
        assert {name: known.get(name) for name in CHANGING} == {
            name: plain(ticket[name]) for name in CHANGING
        }
        assert known.get("tags", []) == sorted(tags[each] for each in tagged.get(ticket["id"], []))
        assert known.get("watchers", []) == watchers.get(ticket["id"], [])
        assert known.get("participants", []) == participants.get(ticket["id"], [])


def test_no_message_text_and_no_secret_is_in_the_trail(made):
    assert one(made, "select count(*) from audit_logs where changes::text like '%$argon2%'") == 0
    comment = rows(made, Comment)[0]
    logged = one(
        made, f"select changes from audit_logs where table_name = 'comments' and record_id = {comment['id']}"
    )
    assert logged["content"][1]["sha256"] == hashlib.sha256(comment["content"].encode()).hexdigest()


def test_the_trail_lies_in_its_months(made):
    assert one(made, "select count(*) from audit_logs_default") == 0


def test_the_desk_looks_like_one_at_work(made):
    def share(condition, of="tickets"):
        return float(one(made, f"select avg(({condition})::int) from {of}"))

    is_open = "deleted_at is null and status in ('open', 'in_progress', 'waiting_on_customer')"
    assert 0.1 < share(is_open) < 0.4
    assert one(made, f"select count(*) from tickets where {is_open} and assignee_id is null") >= 8
    assert one(made, f"select count(*) from tickets where {is_open} and due_at < '{NOW}'") >= 1
    assert one(made, "select count(*) from tickets where deleted_at is not null") >= 1
    assert one(made, "select count(*) from tickets where reopen_count > 0") >= 5
    assert 4 < made.desk.comments / made.desk.tickets < 6
    assert 0.12 < share("is_internal", of="comments") < 0.28
    assert one(made, "select count(distinct status) from tickets") == 5
    assert one(made, "select count(distinct priority) from tickets") == 4
    assert (
        one(
            made,
            "select count(distinct author_id) from comments join users u on u.id = author_id where is_staff",
        )
        > 8
    )
    monday, sunday = (f"extract(isodow from created_at) = {day}" for day in (1, 7))
    assert share(monday) > 2 * share(sunday)
    oldest = one(made, "select min(created_at) from tickets")
    assert 500 < (NOW - oldest).days <= 731


def test_the_largest_organization_writes_far_more_than_most(made):
    counts = made.connection.execute(
        text(
            "select count(*) from tickets where organization_id is not null group by organization_id order by 1 desc"
        )
    )
    sizes = [row[0] for row in counts]
    assert sizes[0] > 4 * sizes[len(sizes) // 2]


def test_the_three_of_the_manual_sign_in_first(made):
    assert [(each.email, each.role) for each in made.desk.sign_ins[:3]] == [
        ("admin@example.com", "Administrator"),
        ("agent@example.com", "Agent"),
        ("customer@example.com", "Customer"),
    ]
    found = made.connection.execute(
        text(
            """select a.email, u.password_hash, a.verified_at, r.name from users u
            join email_addresses a on a.user_id = u.id left join roles r on r.id = u.role_id
            where a.email = any(:emails)"""
        ),
        {"emails": [each.email for each in made.desk.sign_ins]},
    ).all()
    assert len(found) == len(made.desk.sign_ins) == 14
    for person in found:
        assert verify_password(person.password_hash, PASSWORD)
        assert person.verified_at is not None
    roles = {person.email: person.name for person in found}
    assert (roles["admin@example.com"], roles["customer@example.com"]) == ("Administrator", None)


def test_nobody_else_of_the_demo_has_a_password(made):
    with_password = one(made, "select count(*) from users where password_hash is not null")
    assert with_password == 14 + 6  # and the cast of the tests


def test_the_agent_and_the_customer_find_something_to_do(made):
    mine = """select array_agg(distinct t.status) from tickets t join email_addresses a on a.user_id = {whose}
        where a.email = '{email}' and t.deleted_at is null"""
    of_the_customer = one(made, mine.format(whose="t.requester_id", email="customer@example.com"))
    assert sorted(of_the_customer) == sorted(TicketStatus)
    open_ones = mine.format(whose="t.assignee_id", email="agent@example.com").replace(
        "array_agg(distinct t.status)", "count(*)"
    )
    assert one(made, open_ones + " and t.resolved_at is null") >= 8
    colleagues = """select count(*) from users u join email_addresses a on a.user_id = u.id
        where u.organization_id = (select organization_id from users v join email_addresses b on b.user_id = v.id
        where b.email = 'customer@example.com')"""
    assert one(made, colleagues) > 2


def test_addresses_are_what_the_desk_would_make_of_them(made):
    for address in rows(made, EmailAddress):
        assert address["email_key"] == email_key(address["email"])


def test_names_keep_their_letters(made):
    names = " ".join(row["full_name"] for row in rows(made, User))
    assert any(letter in names for letter in "øåßłřğ")
    assert any(ord(letter) > 0x370 for letter in names)


def test_files_are_in_the_store_with_the_kind_their_bytes_say(made):
    found = rows(made, Attachment)
    assert len(found) >= 5
    for attachment in found:
        with made.store.open(attachment["sha256"]) as content:
            assert types.content_type(content) == attachment["content_type"] != types.UNKNOWN
            assert len(content.read()) == attachment["size"]


def test_numbers_go_on_where_the_demo_ended(made):
    assert one(made, "select max(substr(ticket_number, 4)::int) from tickets") == one(
        made, "select last_value from ticket_numbers"
    )
    for table in ("tickets", "comments", "users", "audit_logs"):
        highest = one(made, f"select max(id) from {table}")
        assert one(made, f"select last_value from {table}_id_seq") >= highest


def test_the_desk_remembers_what_is_from_the_demo(made):
    settings = dict(made.connection.execute(text("select name, value from settings")).all())
    assert settings["demo_tickets"] == [[made.desk.first_ticket_id, made.desk.last_ticket_id]]
    assert len(settings["demo_user_ids"]) == 14
    assert settings["desk_name"] == "Test desk"  # it was set up before


@pytest.mark.parametrize("tickets", [1, 7])
def test_a_desk_may_be_small(empty, tickets):
    with filled(empty(), tickets=tickets) as made:
        assert one(made, "select count(*) from tickets") == tickets


def test_no_ticket_makes_no_desk(made):
    with pytest.raises(BadSize):
        generate(made.connection, tickets=0, seed=1)


DUMP = """select md5(string_agg(t::text, E'\\n' order by t::text)) from
    (select * from {table}) as t"""
SECRETS = {"users": "to_jsonb(t) - 'password_hash'", "attachments": "to_jsonb(t) - 'public_id'"}


def fingerprint(made):
    """Every row of every table that was filled, but for what must not be foreseen."""
    tables = (
        "organizations",
        "email_addresses",
        "team_members",
        "ticket_tags",
        "tickets",
        "comments",
        "settings",
    )
    digests = {table: one(made, DUMP.format(table=table)) for table in tables}
    for table, columns in SECRETS.items():
        digests[table] = one(made, DUMP.format(table=f"(select {columns} from {table} t) as shown"))
    trail = "(select created_at, table_name, record_id, action, user_id, via, ip, request_id, changes from audit_logs"
    digests["audit_logs"] = one(
        made, DUMP.format(table=f"{trail} where table_name <> 'attachments') as shown")
    )
    return digests


def test_the_same_seed_makes_the_same_desk(empty):
    with filled(empty(), tickets=60, seed=5) as one_desk, filled(empty(), tickets=60, seed=5) as same:
        assert fingerprint(one_desk) == fingerprint(same)


def test_another_seed_makes_another_desk():
    one_cast, other = (assemble(Random(seed), tickets=60, zone="UTC") for seed in (5, 6))

    assert [person.name for person in one_cast.customers] != [person.name for person in other.customers]


def test_open_tickets_are_read_by_some_and_by_whoever_wrote_last(made):
    reads = """select count(*) from ticket_reads r join tickets t on t.id = r.ticket_id
        join users u on u.id = r.user_id and u.is_staff"""
    still_open = "t.deleted_at is null and t.status not in ('resolved', 'closed')"
    pairs = f"select count(*) from tickets t, users u where u.is_staff and not u.is_system and {still_open}"
    unread_by_writer = f"""select count(*) from tickets t join comments c on c.ticket_id = t.id
        and c.created_at = t.last_activity_at join users u on u.id = c.author_id and u.is_staff and not u.is_system
        where {still_open} and not exists (
        select from ticket_reads r where r.ticket_id = t.id and r.user_id = u.id)"""

    assert 0 < one(made, reads) < one(made, pairs)
    assert one(made, f"{reads} where not ({still_open}) or r.seen_at <> t.last_activity_at") == 0
    assert one(made, unread_by_writer) == 0


def test_customers_have_read_most_of_their_own_and_closed_ones_are_no_matter(made):
    of_customers = """from ticket_reads r join tickets t on t.id = r.ticket_id
        join users u on u.id = r.user_id and not u.is_staff"""
    theirs = """select count(*) from tickets t join users u on u.id = t.requester_id and not u.is_staff
        where t.deleted_at is null and t.status <> 'closed'"""

    assert 0.6 < one(made, f"select count(*) {of_customers}") / one(made, theirs) < 0.95
    wrong = "t.status = 'closed' or t.requester_id <> r.user_id or r.seen_at <> t.last_public_at"
    assert one(made, f"select count(*) {of_customers} where {wrong}") == 0


def test_the_trail_of_a_demo_desk_is_as_it_was_sealed(empty):
    """Its moments are of long ago, and the desk has seals already."""
    config = empty()
    with owner_engine(config).begin() as connection:
        seal(connection)
    with filled(config, tickets=7) as made:
        verdict = verify(made.connection)
        assert verdict.findings == []
        assert (verdict.unsealed, verdict.seals > 0) == (0, True)
