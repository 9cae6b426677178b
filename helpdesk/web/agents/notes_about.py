"""What staff should know about a person or an organization: replaced where it stands."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, g

from helpdesk.accounts.models import Organization, User
from helpdesk.accounts.operations.noting import write_notes
from helpdesk.accounts.policy import can_note_about
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.web.agents.notes_form import NotesForm
from helpdesk.web.agents.organization_page import show_organization
from helpdesk.web.agents.people_lookup import ROW_ID, organization_or_404, person_or_404
from helpdesk.web.agents.person_page import show_person
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("notes_about", __name__)


@bp.post(f"/people/<{ROW_ID}:person_id>/notes")
def update_person(person_id: int) -> Page:
    return _write(
        person_or_404(person_id),
        refused=lambda form: show_person(person_id, notes=form),
        done=lambda: see_other("agents.people.show", person_id=person_id),
    )


@bp.post(f"/organizations/<{ROW_ID}:organization_id>/notes")
def update_organization(organization_id: int) -> Page:
    return _write(
        organization_or_404(organization_id),
        refused=lambda form: show_organization(organization_id, notes=form),
        done=lambda: see_other("agents.organizations.show", organization_id=organization_id),
    )


def _write(
    about: User | Organization, *, refused: Callable[[NotesForm], str], done: Callable[[], Page]
) -> Page:
    if not can_note_about(g.agent):
        abort(403)
    form = NotesForm()
    if not form.validate_on_submit():
        return refused(form), 422
    try:
        with db.session.begin_nested():
            write_notes(about, notes=form.notes.data or "", seen=form.seen.data or "", by=g.agent)
    except Unwelcome as refusal:
        form.notes.errors = [_(refusal.sentence)]
        form.present, form.seen.data = about.notes, about.notes  # saved once more, it is knowingly
        return refused(form), refusal.status
    flash(_("Notes saved."))
    return done()
