"""A message as an editor sends it: its words, its HTML, and no picture but those that were sent along."""

import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.tickets.models import Attachment, Comment, StagedFile, Ticket
from helpdesk.tickets.operations import note, open_ticket, reply
from helpdesk.tickets.operations.replying import ThreadGrew
from helpdesk.tickets.operations.staging import FileGone, stage
from helpdesk.tickets.operations.writing import LONGEST_HTML, NothingWritten, Writing
from tests.support.tally import tally

Staged = Callable[..., str]


def png() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (3, 2), (40, 90, 200)).save(content, "PNG")
    content.seek(0)
    return content


@pytest.fixture
def staged(ticket: Ticket) -> Staged:
    """`staged(ana)` is the public id of a picture she sent ahead for the ticket."""

    def send(by: User, *, to: Ticket | None = None, content: io.BytesIO | None = None) -> str:
        file = stage(
            to or ticket,
            by=by,
            filename="screen.png",
            stream=content or png(),
            is_inline=True,
            most_files=99,
            most_bytes=10**8,
        )
        return file.public_id

    return send


def test_html_is_kept_and_its_words_are_the_text(ticket: Ticket, ana: User) -> None:
    comment = reply(
        ticket, by=ana, content=Writing(html="<div>Use <strong>water</strong>.<script>x</script></div>")
    )

    assert comment.content == "Use water."
    assert comment.content_html == "<div>Use <strong>water</strong>.</div>"


@pytest.mark.parametrize(
    "html", ["<div><br></div>", "<script>x</script>", "&nbsp;", '<img src="/files/aaaaaaaaaaaaaaaaaaaaaa">']
)
def test_html_without_words_is_nothing(ticket: Ticket, ana: User, html: str) -> None:
    with pytest.raises(NothingWritten):
        note(ticket, by=ana, content=Writing(html=html, signature="Ana"))


@pytest.mark.parametrize(
    "html", ["x" * (LONGEST_HTML + 1), "<b>y</b>" * 20_000 + "x" * 90_000, "<ul><li>" * 500 + "x"]
)
def test_what_is_endless_or_nested_beyond_reason_is_refused(ticket: Ticket, ana: User, html: str) -> None:
    with pytest.raises(NothingWritten):
        note(ticket, by=ana, content=Writing(html=html))


def test_the_signature_stands_below_in_both(ticket: Ticket, ana: User) -> None:
    formatted = reply(
        ticket, by=ana, content=Writing(html="<div>Use water.</div>", signature="Ana\nVelorna <Support>")
    )
    plain = reply(ticket, by=ana, content=Writing(text="Use water.", signature="Ana"))

    assert formatted.content == "Use water.\n\nAna\nVelorna <Support>"
    assert formatted.content_html == "<div>Use water.</div><p>Ana<br>Velorna &lt;Support&gt;</p>"
    assert (plain.content, plain.content_html) == ("Use water.\n\nAna", "<p>Use water.</p><p>Ana</p>")


def test_a_ticket_is_opened_with_html_too(work: Session, ana: User, carl: User) -> None:
    ticket = open_ticket(
        requester=carl, by=ana, title="Fire", description=Writing(html="<div>It <em>burns</em>.</div>")
    )

    opening = db.session.scalars(select(Comment).where(Comment.ticket_id == ticket.id)).one()
    assert (opening.content, opening.content_html) == ("It burns.", "<div>It <em>burns</em>.</div>")


class TestPictures:
    def test_a_picture_sent_ahead_comes_along_under_its_address(
        self, ticket: Ticket, ana: User, staged: Staged
    ) -> None:
        picture = staged(ana)

        comment = reply(
            ticket, by=ana, content=Writing(html=f'<div>See: <img src="/files/{picture}" width="3"></div>')
        )

        attached = db.session.scalars(select(Attachment).where(Attachment.comment_id == comment.id)).one()
        assert (attached.public_id, attached.is_inline, attached.filename) == (picture, True, "screen.png")
        assert f'<img src="/files/{picture}" alt="screen.png" width="3">' in comment.content_html
        assert comment.content == "See: [screen.png]"
        assert db.session.scalar(select(func.count()).select_from(StagedFile)) == 0

    def test_a_picture_alone_is_a_message(self, ticket: Ticket, ana: User, staged: Staged) -> None:
        comment = note(ticket, by=ana, content=Writing(html=f'<img src="/files/{staged(ana)}">'))

        assert comment.content == "[screen.png]"

    def test_a_file_that_waits_comes_along_only_when_wanted(
        self, ticket: Ticket, ana: User, staged: Staged
    ) -> None:
        wanted, left = staged(ana), staged(ana)

        comment = reply(ticket, by=ana, content="The plan.", staged=[wanted])

        attached = select(Attachment.public_id, Attachment.is_inline).where(
            Attachment.comment_id == comment.id
        )
        assert [tuple(row) for row in db.session.execute(attached)] == [(wanted, False)]
        assert db.session.scalars(select(StagedFile.public_id)).all() == [left]

    def test_a_document_is_never_shown_as_a_picture(self, ticket: Ticket, ana: User, staged: Staged) -> None:
        document = staged(ana, content=io.BytesIO(b"<svg onload=alert(1)>"))

        comment = reply(ticket, by=ana, content=Writing(html=f'<div>See <img src="/files/{document}"></div>'))

        assert "<img" not in comment.content_html
        attached = db.session.scalars(select(Attachment)).one()
        assert (attached.public_id, attached.is_inline) == (document, False)

    def test_a_file_that_is_wanted_and_gone_stops_the_message(
        self, ticket: Ticket, ana: User, ben: User, staged: Staged
    ) -> None:
        bens = staged(ben)

        for missing in (bens, "A" * 22):
            with pytest.raises(FileGone), db.session.begin_nested():
                reply(ticket, by=ana, content="The plan.", staged=[missing])

        assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0
        assert db.session.scalars(select(StagedFile.public_id)).all() == [bens]

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_no_mix_of_pictures_ever_shows_a_foreign_one(
        self, ticket: Ticket, ana: User, ben: User, carl: User, staged: Staged, data: st.DataObject
    ) -> None:
        tally("messages with own and foreign pictures")
        with db.session.begin_nested() as attempt:
            elsewhere = open_ticket(requester=carl, by=carl, title="Else", description="Else.")
            own = {staged(ana) for _ in range(2)}
            sent = staged(ana)
            reply(ticket, by=ana, content=Writing(html=f'x<img src="/files/{sent}">'))
            foreign = {staged(ben), staged(ana, to=elsewhere), sent, "B" * 22}
            chosen = data.draw(st.lists(st.sampled_from(sorted(own | foreign)), min_size=1, max_size=6))
            html = "words " + "".join(f'<img src="/files/{each}">' for each in chosen)

            comment = reply(ticket, by=ana, content=Writing(html=html))

            attached = set(
                db.session.scalars(select(Attachment.public_id).where(Attachment.comment_id == comment.id))
            )
            assert attached == set(chosen) & own
            assert {each for each in own | foreign if each in comment.content_html} == attached
            attempt.rollback()


class TestMeanwhile:
    def test_what_others_wrote_since_stops_the_message(
        self, ticket: Ticket, ana: User, carl: User, ben: User
    ) -> None:
        reply(ticket, by=carl, content="One more thing.")
        note(ticket, by=ben, content="Careful.")

        for write in (reply, note):
            with pytest.raises(ThreadGrew) as grown:
                write(ticket, by=ana, content="Use water.", seen=1)
            assert (grown.value.seen, grown.value.news) == (1, 2)

        assert reply(ticket, by=ana, content="Use water.", seen=3).content == "Use water."

    def test_ones_own_words_are_no_news(self, ticket: Ticket, ana: User) -> None:
        note(ticket, by=ana, content="From another tab.")

        assert reply(ticket, by=ana, content="Use water.", seen=1).content == "Use water."

    @pytest.mark.parametrize("seen", [None, 2, 99])
    def test_who_has_seen_all_or_says_nothing_is_not_stopped(
        self, ticket: Ticket, ana: User, carl: User, seen: int | None
    ) -> None:
        reply(ticket, by=carl, content="One more thing.")

        assert reply(ticket, by=ana, content="Use water.", seen=seen).content == "Use water."
