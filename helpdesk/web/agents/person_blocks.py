"""Keeping out all mail of a person, whichever of their addresses it comes from, and letting it in again."""

from flask import Blueprint, abort, flash, g, url_for
from sqlalchemy import select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.mail.models import BlockKind
from helpdesk.mail.operations.blocking import block, block_of, unblock
from helpdesk.tickets.policy import can_change_any
from helpdesk.web.agents.blocks import flash_with_undo
from helpdesk.web.agents.people_lookup import ROW_ID, person_or_404
from helpdesk.web.agents.person_page import show_person
from helpdesk.web.answers import Page, see_other
from helpdesk.web.languages import gettext as _

bp = Blueprint("person_blocks", __name__, url_prefix=f"/people/<{ROW_ID}:person_id>/block")


@bp.post("")
def create(person_id: int) -> Page:
    person = _touchable(person_id)
    try:
        with db.session.begin_nested():
            for address in _addresses(person):
                block(kind=BlockKind.ADDRESS, value=address, by=g.agent)
    except Unwelcome as refusal:
        return show_person(person_id, alert=_(refusal.sentence)), refusal.status
    words = _("Mail from %(sender)s is suspended from now on, replies included.", sender=person.name)
    flash_with_undo(words, url_for("agents.person_blocks.destroy", person_id=person_id))
    return see_other("agents.people.show", person_id=person_id)


@bp.post("/removal")
def destroy(person_id: int) -> Page:
    """What keeps them out goes; where that is a whole domain, everybody there is let in again."""
    person = _touchable(person_id)
    for address in _addresses(person):
        while (blocked := block_of(address)) is not None:
            unblock(blocked, by=g.agent)
            flash(_("Mail from %(sender)s is let in again.", sender=blocked.value))
    return see_other("agents.people.show", person_id=person_id)


def _touchable(person_id: int) -> User:
    person = person_or_404(person_id)
    if not can_change_any(g.agent):
        abort(403)
    return person


def _addresses(person: User) -> list[str]:
    known = select(EmailAddress.email_key).where(EmailAddress.user_id == person.id)
    return list(db.session.scalars(known.order_by(EmailAddress.id)))
