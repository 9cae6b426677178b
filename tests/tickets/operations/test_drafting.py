"""Drafts: one a person and ticket, the last one saved, gone when it is sent."""

import io
from uuid import uuid4

from PIL import Image
from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.core.db import db
from helpdesk.core.submissions import claim
from helpdesk.tickets.models import Draft, Mode, StagedFile, Ticket
from helpdesk.tickets.operations.drafting import discard_draft, finish_draft, save_draft
from helpdesk.tickets.operations.staging import stage
from helpdesk.tickets.operations.writing import Writing


def drafts() -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(User.full_name, Draft.mode, Draft.content)
        .join(User, User.id == Draft.user_id)
        .order_by(Draft.user_id)
    )
    return [(name, mode.value, content) for name, mode, content in rows]


def save(ticket: Ticket, by: User, text: str, mode: Mode = Mode.REPLY) -> Draft | None:
    return save_draft(ticket, by=by, mode=mode, content=Writing(text))


def file_of(ticket: Ticket, by: User, *, is_inline: bool = False) -> StagedFile:
    content = io.BytesIO()
    Image.new("RGB", (3, 2)).save(content, "PNG")
    content.seek(0)
    return stage(
        ticket,
        by=by,
        filename="a.png",
        stream=content,
        is_inline=is_inline,
        most_files=9,
        most_bytes=10**6,
    )


def test_the_last_one_saved_is_kept(ticket: Ticket, ana: User, ben: User) -> None:
    save(ticket, ana, "First.")
    save(ticket, ben, "Ben's.")
    save(ticket, ana, "Second.", Mode.NOTE)

    assert drafts() == [("Ana Agent", "note", "<p>Second.</p>"), ("Ben Brown", "reply", "<p>Ben's.</p>")]


def test_hostile_html_is_harmless_and_own_pictures_stay(ticket: Ticket, ana: User, ben: User) -> None:
    own, foreign = file_of(ticket, ana).public_id, file_of(ticket, ben).public_id
    html = f'<b onclick=x>hi</b><img src="/files/{own}"><img src="/files/{foreign}"><script>x</script>'

    save_draft(ticket, by=ana, mode=Mode.REPLY, content=Writing(html=html))

    assert drafts() == [("Ana Agent", "reply", f'<b>hi</b><img src="/files/{own}" alt="a.png">')]


def test_nothing_written_forgets_it(ticket: Ticket, ana: User) -> None:
    save(ticket, ana, "First.")

    assert save(ticket, ana, " \n ") is None
    assert drafts() == []


def test_a_file_that_waits_keeps_the_draft(ticket: Ticket, ana: User) -> None:
    file_of(ticket, ana)

    assert save(ticket, ana, "") is not None


def test_a_draft_that_comes_after_its_message_is_late(ticket: Ticket, ana: User) -> None:
    key = uuid4()
    claim(key, user_id=ana.id)

    late = save_draft(ticket, by=ana, mode=Mode.REPLY, content=Writing("Use water."), submission=key)

    assert late is None
    assert drafts() == []


def test_discarding_takes_the_files_along_and_leaves_those_of_others(
    ticket: Ticket, ana: User, ben: User
) -> None:
    save(ticket, ana, "First.")
    file_of(ticket, ana)
    bens = file_of(ticket, ben)

    discard_draft(ticket, by=ana)

    assert drafts() == []
    assert db.session.scalars(select(StagedFile)).all() == [bens]


def test_sending_forgets_it_and_the_pictures_that_were_taken_out(ticket: Ticket, ana: User) -> None:
    save(ticket, ana, "First.")
    file_of(ticket, ana, is_inline=True)
    left = file_of(ticket, ana)

    finish_draft(ticket, by=ana)

    assert drafts() == []
    assert db.session.scalars(select(StagedFile)).all() == [left]
