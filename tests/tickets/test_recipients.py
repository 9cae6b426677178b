"""Who gets an answer: from the message it answers, and never who read notes, was in Bcc, or left."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.models import User
from helpdesk.accounts.operations.anonymising import anonymise
from helpdesk.accounts.operations.deactivating import deactivate
from helpdesk.accounts.operations.finding import known_person
from helpdesk.core.current import Via
from helpdesk.tickets.models import Comment, CommentRecipient, RecipientKind, Ticket
from helpdesk.tickets.operations import add_participant, note, reply, watch
from helpdesk.tickets.operations.addressing import BadRecipient, recipients_named
from helpdesk.tickets.recipients import Proposal, Recipient, derived

CARL, CORA, OLGA = "carl@customer.example", "cora@customer.example", "olga@stranger.example"


def emails(recipients: Sequence[Recipient]) -> list[str]:
    return [each.email for each in recipients]


def who(proposal: Proposal) -> tuple[list[str], list[str], list[str]]:
    return emails(proposal.to), emails(proposal.cc), emails(proposal.proposed)


def mail(
    work: Session, ticket: Ticket, by: User, *, to: Sequence[str] = (), cc: Sequence[str] = ()
) -> Comment:
    """What the customer's mail says, and whom it names."""
    comment = reply(ticket, by=by, content="Still on fire.")
    comment.via = Via.MAIL
    for kind, addresses in ((RecipientKind.TO, to), (RecipientKind.CC, cc)):
        for each in addresses:
            person = known_person(each)
            work.add(
                CommentRecipient(
                    comment_id=comment.id,
                    kind=kind,
                    email=each,
                    email_key=email_key(each),
                    user_id=person.id if person else None,
                )
            )
    work.flush()
    return comment


def sent_to(work: Session, comment: Comment) -> list[tuple[str, str]]:
    rows = select(CommentRecipient).where(CommentRecipient.comment_id == comment.id)
    return [(row.kind.value, row.email) for row in work.scalars(rows.order_by(CommentRecipient.id))]


@pytest.fixture
def both(ticket: Ticket, cora: User, ana: User) -> Ticket:
    """Carl's ticket, in which Cora takes part."""
    add_participant(ticket, person=cora, by=ana)
    return ticket


class TestDerived:
    def test_the_portals_message_is_answered_to_its_author_and_all_who_take_part(
        self, both: Ticket, cora: User
    ) -> None:
        assert who(derived(both)) == ([CARL], [CORA], [])

        reply(both, by=cora, content="Mine too.")

        assert who(derived(both)) == ([CORA], [CARL], [])

    def test_a_mail_is_answered_to_whom_it_was_written(self, work: Session, both: Ticket, carl: User) -> None:
        mail(work, both, carl, to=["support@desk.example"], cc=[CORA])
        assert who(derived(both, is_own="support@desk.example".__eq__)) == ([CARL], [CORA], [])

        mail(work, both, carl, to=["support@desk.example"])
        assert who(derived(both, is_own="support@desk.example".__eq__)) == ([CARL], [], [CORA])

    def test_the_original_requester_does_not_come_back_by_itself(
        self, work: Session, both: Ticket, cora: User
    ) -> None:
        mail(work, both, cora, to=["support@desk.example"])

        assert who(derived(both, is_own="support@desk.example".__eq__)) == ([CORA], [], [CARL])

    def test_strangers_whom_a_mail_names_are_proposed_alone(
        self, work: Session, ticket: Ticket, carl: User
    ) -> None:
        mail(work, ticket, carl, cc=["lawyer@law.example", "ben@desk.example"])

        assert who(derived(ticket)) == ([CARL], [], ["lawyer@law.example"])

    def test_an_older_message_can_be_answered(self, work: Session, both: Ticket, carl: User) -> None:
        older = mail(work, both, carl)
        reply(both, by=carl, content="On the portal now.")

        assert who(derived(both, older)) == ([CARL], [], [CORA])

    def test_a_second_answer_goes_to_whom_the_first_went(
        self, ticket: Ticket, ana: User, both: Ticket
    ) -> None:
        reply(ticket, by=ana, content="Look.", recipients=recipients_named(ticket, to=[CORA], bcc=[CARL]))

        assert who(derived(ticket)) == ([CORA], [], [CARL])

    def test_who_was_in_bcc_or_left_never_comes_back(
        self, work: Session, both: Ticket, ana: User, carl: User, cora: User
    ) -> None:
        chosen = recipients_named(both, to=[CARL], cc=[CORA], bcc=["eye@x.example"])
        reply(both, by=ana, content="Look.", recipients=chosen)
        work.refresh(both, ["participants"])
        both.participants.remove(cora)
        work.flush()
        assert who(derived(both)) == ([CARL], [], [])

        mail(work, both, carl, cc=[CORA, "eye@x.example"])
        assert who(derived(both)) == ([CARL], [], [])

    def test_notes_and_their_readers_count_for_nothing(self, ticket: Ticket, ana: User, ben: User) -> None:
        watch(ticket, by=ben)
        note(ticket, by=ana, content="He is late with paying.")

        proposal = derived(ticket, by=ana)
        assert (*who(proposal), proposal.last) == ([CARL], [], [], None)

    def test_whoever_cannot_be_written_to_is_left_out(
        self, both: Ticket, cora: User, carl: User, ada: User
    ) -> None:
        deactivate(cora, by=ada)
        assert who(derived(both)) == ([CARL], [], [])

        anonymise(carl, by=ada)
        assert who(derived(both)) == ([], [], [])

    def test_the_last_answer_stands_beside_it(
        self, work: Session, both: Ticket, ana: User, carl: User
    ) -> None:
        reply(both, by=ana, content="Look.")
        mail(work, both, carl)

        last = derived(both).last
        assert last is not None
        assert emails(last) == [CARL, CORA]


class TestRecorded:
    def test_every_public_answer_of_staff_keeps_to_whom_it_went(
        self, work: Session, both: Ticket, ana: User, carl: User
    ) -> None:
        assert sent_to(work, reply(both, by=ana, content="Look.")) == [("to", CARL), ("cc", CORA)]
        assert sent_to(work, note(both, by=ana, content="Hm.")) == []
        assert sent_to(work, reply(both, by=carl, content="Thanks.")) == []

    def test_who_stands_in_to_or_cc_takes_part_and_who_is_in_bcc_does_not(
        self, work: Session, ticket: Ticket, ana: User
    ) -> None:
        chosen = recipients_named(
            ticket, to=[CARL, OLGA], cc=["Neo <neo@new.example>"], bcc=["eye@x.example"]
        )
        comment = reply(ticket, by=ana, content="Look.", recipients=chosen)

        work.refresh(ticket, ["participants"])
        assert {(each.email, each.full_name) for each in ticket.participants} == {
            (OLGA, "Olga Other"),
            ("neo@new.example", "Neo"),
        }
        rows = work.scalars(select(CommentRecipient).where(CommentRecipient.comment_id == comment.id)).all()
        assert all(row.user_id for row in rows)
        eye = known_person("eye@x.example")
        assert eye is not None
        assert not eye.is_staff

    def test_an_erased_person_leaves_no_address(
        self, work: Session, both: Ticket, ana: User, cora: User, ada: User
    ) -> None:
        comment = reply(both, by=ana, content="Look.")

        anonymise(cora, by=ada)

        assert sent_to(work, comment) == [("to", CARL), ("cc", "")]


class TestNamed:
    def test_each_once_where_it_stands_first(self, ticket: Ticket) -> None:
        named = recipients_named(
            ticket, to=[" Carl <CARL@Customer.example> "], cc=[CARL, "a@x.example"], bcc=["A@x.example"]
        )

        assert [(kind.value, each.email) for kind, each in named] == [("to", CARL), ("cc", "a@x.example")]

    @pytest.mark.parametrize(
        "kind, address",
        [
            ("to", "nobody"),
            ("cc", "a@x.example\r\nBcc: b@x.example"),
            ("bcc", "a@b@c"),
            ("to", "(" * 2_000 + "<x>"),
            ("cc", "ben@desk.example"),
            ("to", "support@desk.example"),
        ],
    )
    def test_what_cannot_be_written_to_is_refused_by_its_name(
        self, ticket: Ticket, kind: str, address: str
    ) -> None:
        with pytest.raises(BadRecipient) as refusal:
            recipients_named(ticket, **{kind: [address]}, is_own="support@desk.example".__eq__)

        assert " ".join(address.split())[:100] in refusal.value.sentence

    def test_colleagues_may_read_in_silence(self, ticket: Ticket) -> None:
        assert emails(recipients_named(ticket, bcc=["ben@desk.example"]).bcc) == ["ben@desk.example"]

    def test_crowds_are_refused(self, ticket: Ticket) -> None:
        with pytest.raises(BadRecipient):
            recipients_named(ticket, cc=[f"p{n}@x.example" for n in range(21)])
        with pytest.raises(BadRecipient):
            recipients_named(ticket, bcc=[f"p{n}@x.example" for n in range(51)])
