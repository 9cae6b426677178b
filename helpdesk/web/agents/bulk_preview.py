"""What somebody is shown before many tickets change: how many there are, what becomes of them, who is mailed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from flask import g, render_template
from markupsafe import Markup
from sqlalchemy import Select
from wtforms import HiddenField
from wtforms.validators import Length, Optional, Regexp

from helpdesk.core.db import db
from helpdesk.mail.foreseeing import foresee_letters
from helpdesk.tickets.bulk.editing import is_long
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.queries import name_of
from helpdesk.web.agents.bulk_deeds import Deed
from helpdesk.web.agents.bulk_page import NAMED, Reason
from helpdesk.web.agents.bulk_selection import Selection
from helpdesk.web.forms import CreatingForm
from helpdesk.web.languages import gettext as _

SHOWN = 10
_WHOLE = Regexp(r"^[0-9]{1,18}$")


class BulkForm(CreatingForm):
    """`confirms` is the number of tickets that were shown, `newest` the last of them: no more, no later ones. `meant`
    names what the list was then.
    """

    confirms = HiddenField(validators=[Optional(), _WHOLE])
    newest = HiddenField(validators=[Optional(), _WHOLE])
    meant = HiddenField(validators=[Optional(), Length(max=64)])

    @classmethod
    def showing(cls, look: "Look | None" = None) -> Self:
        """A new one, which carries what is shown beside it."""
        if look is None:
            return cls(formdata=None)
        return cls(formdata=None, confirms=look.confirms, newest=look.newest, meant=look.meant)

    @property
    def look(self) -> "Look | None":
        """What was shown to whoever sends it; None where nothing was."""
        if not self.confirms.data:
            return None
        newest = int(self.newest.data) if self.newest.data else None
        return Look(int(self.confirms.data), newest, self.meant.data or "")


@dataclass(frozen=True, slots=True)
class Look:
    """What a preview shows of a list, so that no other tickets are changed than those."""

    confirms: int
    newest: int | None
    meant: str

    @classmethod
    def of(cls, selection: Selection, ids: Sequence[int]) -> Self:
        return cls(len(ids), max(ids, default=0), selection.meaning)


def show_preview(selection: Selection, deed: Deed, *, warning: str = "", unsure: str = "") -> str:
    """`warning` says why it is shown once more, `unsure` what has to be said beside the button."""
    ids = selection.ids(most=deed.most)
    tickets = selection.these(ids)
    outlook = deed.doing.foresee(tickets)
    changing = len(outlook.changing)
    letters = foresee_letters(
        deed.name, deed.kept, selection.these(outlook.changing), changing=changing, by=g.agent
    )
    return render_template(
        "agents/bulk_edits/new.html",
        form=BulkForm.showing(Look.of(selection, ids)),
        selection=selection,
        deed=deed,
        words=deed.words,
        count=len(ids),
        changing=changing,
        left=len(outlook.refused),
        same=len(ids) - changing - len(outlook.refused),
        reasons=_reasons(outlook.refused),
        letters=letters,
        unreached=Reason("", letters.unreached[:NAMED], max(0, len(letters.unreached) - NAMED)),
        is_long=is_long(deed.name, len(ids)),
        shown=db.session.execute(listed(selection.these(outlook.changing))).all(),
        warning=warning,
        asks_again=deed.asks_again(len(ids)),
        unsure=unsure,
        body=Markup(deed.letter.html) if deed.letter else "",  # noqa: S704 — sanitised by the operation that writes it
    )


def listed(tickets: Select[Ticket]) -> Select[str, str, str]:
    """The first few as a preview lists them, the latest first."""
    columns = (Ticket.ticket_number, Ticket.title, name_of(Ticket.requester_id).label("requester"))
    return tickets.with_only_columns(*columns).order_by(Ticket.id.desc()).limit(SHOWN)


def _reasons(refused: Mapping[str, str]) -> list[Reason]:
    by_sentence: dict[str, list[str]] = {}
    for number, sentence in refused.items():
        by_sentence.setdefault(sentence, []).append(number)
    return [
        Reason(_(sentence), numbers[:NAMED], max(0, len(numbers) - NAMED))
        for sentence, numbers in by_sentence.items()
    ]
