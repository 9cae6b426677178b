"""Each thing a query can ask for finds the tickets it means, and in PostgreSQL's indexes."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Executable, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ClauseElement

from helpdesk.accounts.models import User
from helpdesk.tickets import operations
from helpdesk.tickets.criteria import matching, parse
from helpdesk.tickets.models import Ticket, TicketPriority
from helpdesk.tickets.operations import note, open_ticket, reply
from helpdesk.tickets.queries import tickets_for

ZONE = ZoneInfo("Pacific/Auckland")


class Explain(Executable, ClauseElement):
    """How PostgreSQL would look for it."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(Explain)
def _explained(element: Explain, compiler: Any, **options: Any) -> str:
    return f"explain {compiler.process(element.statement, **options)}"


def titles(work: Session, text: str, user: User) -> list[str]:
    work.flush()
    return sorted(
        work.scalars(
            matching(tickets_for(user), parse(text), user, zone=ZONE).with_only_columns(Ticket.title)
        )
    )


@pytest.fixture
def asked(work: Session, carl: User) -> Callable[..., Ticket]:
    def ask(title: str, words: str = "…", requester: User = carl, **more: Any) -> Ticket:
        return open_ticket(requester=requester, by=requester, title=title, description=words, **more)

    return ask


class TestWords:
    def test_every_word_has_to_be_somewhere(
        self, work: Session, asked: Callable[..., Ticket], ana: User, olga: User
    ) -> None:
        reply(asked("The printer burns"), by=ana, content="Use water.")
        note(asked("Coffee", "No water left."), by=ana, content="Says the printer.")
        asked("Printer", requester=olga)

        assert titles(work, "printer", ana) == ["Coffee", "Printer", "The printer burns"]
        assert titles(work, "printer water", ana) == ["Coffee", "The printer burns"]
        assert titles(work, "water carl", ana) == ["Coffee", "The printer burns"]
        assert titles(work, "printer carl@customer.example burns", ana) == ["The printer burns"]
        assert titles(work, '"customer inc" coffee', ana) == ["Coffee"]
        assert titles(work, "printer -water", ana) == ["Printer"]
        assert titles(work, "printer ?", ana) == titles(work, "printer", ana)

    def test_only_the_last_word_may_be_unfinished(
        self, work: Session, asked: Callable[..., Ticket], ana: User
    ) -> None:
        asked("Printer on fire")

        assert titles(work, "fire prin", ana) == ["Printer on fire"]
        assert titles(work, "prin fire", ana) == []
        assert titles(work, "prin status:open", ana) == ["Printer on fire"]

    def test_a_phrase_stands_together(self, work: Session, asked: Callable[..., Ticket], ana: User) -> None:
        asked("Printer on fire")
        asked("On the printer: fire")

        assert titles(work, '"on fire"', ana) == ["Printer on fire"]

    @pytest.mark.parametrize("typed", ["café", "CAFE", "caf", "garcon's", "l'été", "a\\b'c", "C++ cafe"])
    def test_accents_case_and_signs_do_not_matter(
        self, work: Session, asked: Callable[..., Ticket], ana: User, typed: str
    ) -> None:
        asked("Café", "garçon's a\\b'c L'Été c++")

        assert titles(work, typed, ana) == ["Café"]

    def test_a_number_is_a_word(self, work: Session, asked: Callable[..., Ticket], ana: User) -> None:
        ticket = asked("This one")
        asked("Another")

        assert titles(work, ticket.ticket_number.lower(), ana) == ["This one"]

    def test_customers_find_nothing_by_what_they_may_not_read(
        self, work: Session, asked: Callable[..., Ticket], ana: User, carl: User
    ) -> None:
        ticket = asked("The printer")
        note(ticket, by=ana, content="Unfriendly person.")
        held = reply(ticket, by=ana, content="Held back.")
        held.published_at = None

        assert titles(work, "unfriendly", ana) == titles(work, "held", ana) == ["The printer"]
        assert titles(work, "unfriendly", carl) == titles(work, "held", carl) == []

    def test_each_place_is_looked_up_in_its_own_index(self, work: Session, ana: User) -> None:
        found = matching(tickets_for(ana), parse("printer"), ana, zone=ZONE).with_only_columns(Ticket.id)
        # tables of a few rows are read whole, or in the order of their keys, in one way today and another tomorrow
        for way in ("seqscan", "indexscan", "indexonlyscan", "nestloop"):
            work.execute(select(func.set_config(f"enable_{way}", "off", True)))

        plan = "\n".join(work.scalars(Explain(found)))

        for index in (
            "ix_tickets_title_words",
            "ix_comments_public_words",
            "ix_comments_internal_words",
            "ix_users_full_name_trigrams",
            "ix_email_addresses_email_trigrams",
            "uq_tickets_ticket_number",
        ):
            assert index in plan


class TestNames:
    def test_the_exact_name_wins_over_names_that_contain_it(
        self, work: Session, asked: Callable[..., Ticket], ana: User
    ) -> None:
        for name in ("Fire", "Firewall"):
            operations.change_tags(asked(name), add=[name], by=ana)

        assert titles(work, "tag:fire", ana) == ["Fire"]
        assert titles(work, "tag:FIR", ana) == ["Fire", "Firewall"]
        assert titles(work, "tag:firew", ana) == ["Firewall"]
        assert titles(work, "tag:%", ana) == titles(work, "tag:_", ana) == []

    def test_people_are_meant_by_name_address_or_me(
        self, work: Session, asked: Callable[..., Ticket], ana: User, ben: User, olga: User
    ) -> None:
        operations.take(asked("ana's"), by=ana)
        operations.take(asked("ben's", requester=olga), by=ben)
        asked("free")

        assert titles(work, "assignee:me", ana) == titles(work, "assignee:ANA@desk.example", ben) == ["ana's"]
        assert titles(work, "assignee:me", ben) == titles(work, 'assignee:"ben b"', ana) == ["ben's"]
        assert titles(work, "assignee:me,nobody", ana) == ["ana's", "free"]
        assert titles(work, "-assignee:ana", ana) == ["ben's", "free"]
        assert titles(work, "requester:olga", ana) == titles(work, "org:none", ana) == ["ben's"]
        assert titles(work, "assignee:nobody@", ana) == []


class TestPlaces:
    def test_words_are_sought_where_the_query_says(
        self, work: Session, asked: Callable[..., Ticket], ana: User
    ) -> None:
        reply(asked("The printer burns"), by=ana, content="Use water.")
        note(asked("Coffee", "No water left."), by=ana, content="Says the printer.")

        assert titles(work, "in:title printer", ana) == ["The printer burns"]
        assert titles(work, "in:comments printer", ana) == titles(work, "in:notes printer", ana) == ["Coffee"]
        assert titles(work, "in:title,notes printer", ana) == ["Coffee", "The printer burns"]
        assert titles(work, "in:notes water", ana) == []
        assert titles(work, "in:people printer", ana) == []
        assert titles(work, "in:people carl", ana) == ["Coffee", "The printer burns"]

    def test_a_place_holds_for_its_own_brackets_alone(
        self, work: Session, asked: Callable[..., Ticket], ana: User
    ) -> None:
        asked("Coffee", "No water left.")
        asked("Water", "No coffee left.")

        assert titles(work, "(in:title coffee) water", ana) == ["Coffee"]
        assert titles(work, "in:title (coffee OR in:comments water)", ana) == ["Coffee"]
        assert titles(work, "in:title (coffee OR water)", ana) == ["Coffee", "Water"]


class TestGroups:
    def test_or_binds_weaker_than_standing_together(
        self, work: Session, asked: Callable[..., Ticket], ana: User
    ) -> None:
        for title in ("printer fire", "printer water", "coffee"):
            asked(title)

        assert titles(work, "printer fire OR coffee", ana) == ["coffee", "printer fire"]
        assert titles(work, "printer (fire OR coffee)", ana) == ["printer fire"]
        assert titles(work, "-(printer fire)", ana) == ["coffee", "printer water"]
        assert titles(work, "-(fire OR water)", ana) == ["coffee"]
        assert titles(work, "status:open -(fire OR has:attachment)", ana) == ["coffee", "printer water"]

    def test_alternatives_that_are_words_each_use_their_index(self, work: Session, ana: User) -> None:
        found = matching(tickets_for(ana), parse("refund OR chargeback"), ana, zone=ZONE)
        for way in ("seqscan", "indexscan", "indexonlyscan", "nestloop"):
            work.execute(select(func.set_config(f"enable_{way}", "off", True)))

        plan = "\n".join(work.scalars(Explain(found.with_only_columns(Ticket.id))))

        assert plan.count("on ix_tickets_title_words") == 2
        assert "SubPlan" not in plan  # which would be asked of every ticket


class TestWhatIsKnownOfTickets:
    def test_priorities_have_an_order(self, work: Session, asked: Callable[..., Ticket], ana: User) -> None:
        for priority in TicketPriority:
            asked(priority.value).priority = priority

        assert titles(work, "priority>=high", ana) == ["high", "urgent"]
        assert titles(work, "priority<medium", ana) == ["low"]
        assert titles(work, "priority>urgent", ana) == []
        assert titles(work, "-priority<=high", ana) == ["urgent"]

    def test_an_address_may_have_anything_where_a_star_stands(
        self, work: Session, asked: Callable[..., Ticket], ana: User, olga: User
    ) -> None:
        asked("carl's")
        asked("olga's", requester=olga)

        assert titles(work, "requester:*@customer.example", ana) == ["carl's"]
        assert titles(work, "requester:o*@*.example", ana) == ["olga's"]
        assert titles(work, "requester:%@customer.example", ana) == []
        assert titles(work, "requester:*_*@customer.example", ana) == []

    def test_what_customers_may_not_know_is_not_asked_for_them(
        self, work: Session, asked: Callable[..., Ticket], ana: User, carl: User
    ) -> None:
        ticket = asked("The printer")
        note(ticket, by=ana, content="Unfriendly person.")
        operations.watch(ticket, by=ana)

        assert titles(work, "has:note watcher:ana", ana) == ["The printer"]
        assert titles(work, "has:note", carl) == titles(work, "watcher:ana", carl) == []
