"""The same words for many tickets as a form: an answer or a note, written before it is shown and sent."""

from uuid import uuid4

from flask import g, render_template, request
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, TextAreaField, ValidationError
from wtforms.validators import Length

from helpdesk.core.db import db
from helpdesk.tickets.bulk.deeds import kind_named
from helpdesk.tickets.bulk.writing import NOTE, REPLY, Letter
from helpdesk.tickets.models import TicketStatus
from helpdesk.tickets.operations.writing import LONGEST_COMMENT
from helpdesk.web.agents.bulk_deeds import MOST_WRITTEN, Deed
from helpdesk.web.agents.bulk_preview import listed
from helpdesk.web.agents.bulk_selection import Selection
from helpdesk.web.agents.bulk_words import words_for
from helpdesk.web.filters import label
from helpdesk.web.forms import Form
from helpdesk.web.languages import gettext

AFTERWARDS = (TicketStatus.IN_PROGRESS, TicketStatus.RESOLVED, TicketStatus.CLOSED, TicketStatus.OPEN)
_TOO_LONG = _("This is longer than %(count)s characters. Say it shorter.", count=LONGEST_COMMENT)


class LetterForm(Form):
    """What stands on each of the tickets, and where an answer leaves them."""

    content = TextAreaField(_("Your text"), [Length(max=LONGEST_COMMENT, message=_TOO_LONG)])
    signature = BooleanField()
    status = SelectField(
        _("Status afterwards"), coerce=lambda text: TicketStatus(text) if text else None, default=""
    )

    def __init__(self) -> None:
        super().__init__(formdata=request.form if "content" in request.form else None)
        usual = gettext("As usual: waiting on the customer, settled ones stay so")
        self.status.choices = [("", usual), *((each, label(each)) for each in AFTERWARDS)]

    def validate_content(self, field: TextAreaField) -> None:
        if not (field.data or "").strip():
            raise ValidationError(gettext("Write something first."))

    def letter(self, name: str) -> Letter:
        """What it says. A note is not signed, and moves nothing."""
        if name == NOTE:
            return Letter(self.content.data)
        return Letter(
            self.content.data, g.agent.signature if self.signature.data else "", self.status.data or None
        )


def written_deed(name: str, form: LetterForm) -> Deed:
    """The deed that writes what the form says. Raises NothingWritten."""
    letter = form.letter(name)
    kind = kind_named(name)
    return Deed(kind, "", letter.kept, kind.make(letter.kept), words_for(name, letter.kept, None), letter)


def show_writing(selection: Selection, name: str, form: LetterForm) -> str:
    """Where one writes: on how many tickets, and on which."""
    ids = selection.ids(most=MOST_WRITTEN)
    return render_template(
        "agents/bulk_edits/write.html",
        form=form,
        selection=selection,
        name=name,
        is_reply=name == REPLY,
        looks_first=name == REPLY or selection.is_all,
        key=str(uuid4()),
        error=" ".join(str(error) for error in form.content.errors),
        count=len(ids),
        signature=g.agent.signature if name == REPLY else "",
        is_signed=form.signature.data or "content" not in request.form,
        shown=db.session.execute(listed(selection.these(ids))).all(),
    )
