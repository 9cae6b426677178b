"""What is proposed at the caret: fields, signs and values of the language, and names this person may know of."""

import pytest
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Organization, User
from helpdesk.tickets.criteria import parse
from helpdesk.tickets.criteria.completion import Kind, completions
from helpdesk.tickets.models import Tag, Ticket, TicketStatus
from tests.support.statements import counted_statements

STATUSES = tuple(each.value for each in TicketStatus)


def proposed(typed: str, user: User) -> list[str]:
    """The texts one gets by taking each; | is the caret."""
    caret = typed.index("|")
    text = typed.replace("|", "")
    return [text[: each.start] + each.insert + text[each.end :] for each in completions(text, caret, user)]


@pytest.mark.parametrize(
    "typed, texts",
    [
        ("sta|", ["status:"]),
        ("printer -sta|", ["printer -status:"]),
        ("(a OR pri| b", ["(a OR priority: b"]),
        ("res|", ["responded:", "resolved:", "status:resolved"]),
        ("organi|", ["org:"]),
        ("over|", ["is:overdue"]),
        ("via|", ["via:"]),
        (
            "status:|",
            [
                f"status:{each}"
                for each in ("open", "in_progress", "waiting_on_customer", "resolved", "closed")
            ],
        ),
        ("status:open,in|", ["status:open,in_progress"]),
        (
            "status:open,|",
            [f"status:open,{each}" for each in STATUSES[1:]],
        ),
        ("STATUS:CL|", ["STATUS:closed"]),
        ("-in:|", []),
        ("-in|", ["-status:in_progress"]),
        ("in:ti| printer", ["in:title printer"]),
        ("created:|", [f"created{each}" for each in ("<1d", "<7d", "<30d", ">1d", ">7d", ">30d")]),
        ("updated<|", [f"updated<{each}" for each in ("1d", "7d", "30d")]),
        ("priority>=u|", ["priority>=urgent"]),
        ("status>o|", []),
        ("nothing:o|", []),
        ("printer |", []),
        ("|", []),
        ("(|", []),
        ('"sta|', []),
        ("sta printer|", []),
    ],
)
def test_the_language_itself_costs_no_statement(
    work: Session, ana: User, typed: str, texts: list[str]
) -> None:
    with counted_statements() as seen:
        assert proposed(typed, ana) == texts
    assert len(seen) == 0


def test_the_signs_of_a_field_are_proposed_behind_its_name(ana: User) -> None:
    found = completions("created", 7, ana)

    assert [each.insert for each in found if each.kind is Kind.OPERATOR] == [
        "created<", "created<=", "created>", "created>=",
    ]  # fmt: skip
    assert found[0].insert == "created:"


@pytest.mark.parametrize(
    "typed, texts",
    [
        ("assignee:|", ["assignee:me", "assignee:nobody", "assignee:ada@desk.example", "assignee:ana@desk.example",
                        "assignee:ben@desk.example"]),
        ("assignee:BR|", ["assignee:ben@desk.example"]),
        ("assignee:carl|", []),
        ("requester:ca|", ["requester:carl@customer.example"]),
        ("requester:leag|", ["requester:cora@customer.example"]),
        ("requester:stranger|", ["requester:olga@stranger.example"]),
        ("team:|", ["team:mine", "team:none", 'team:"First line"']),
        ('team:"first l|', ['team:"First line"']),
        ("org:cust|", ['org:"Customer Inc"']),
        ("tag:v|", ["tag:vip", 'tag:"not vip"']),
        ("-tag:x,VIP| printer", ["-tag:x,vip printer", '-tag:x,"not vip" printer']),
        ("watcher:m|", ["watcher:me", "watcher:ada@desk.example"]),
    ],
)  # fmt: skip
def test_names_cost_one_statement(work: Session, ana: User, typed: str, texts: list[str]) -> None:
    work.add_all([Tag(name="vip"), Tag(name="not vip"), Tag(name="spam")])
    work.flush()

    with counted_statements() as seen:
        found = proposed(typed, ana)

    assert found == texts
    assert len(seen) == 1
    for text in found:
        parse(text)


def test_what_a_person_may_not_know_of_is_not_proposed(
    work: Session, ticket: Ticket, ana: User, olga: User
) -> None:
    work.add(Organization(name="Customers of nobody"))
    ticket.assignee_id = ana.id
    work.flush()
    ana.permissions = []  # sees what is assigned to her and nothing else

    assert proposed("requester:carl|", ana) == ["requester:carl@customer.example"]
    assert proposed("requester:olga|", ana) == []
    assert proposed("org:cust|", ana) == ['org:"Customer Inc"']


def test_who_people_are_is_said_beside_their_address(work: Session, ana: User) -> None:
    (carl,) = completions("requester:carl", len("requester:carl"), ana)

    assert (carl.label, carl.kind, carl.start, carl.end) == ("Carl Customer", Kind.PERSON, 10, 14)
