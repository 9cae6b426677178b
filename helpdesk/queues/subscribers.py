"""What becomes of views when something else changes."""

from sqlalchemy import select

from helpdesk.accounts.events import TeamDissolved
from helpdesk.core.db import db
from helpdesk.core.events import on
from helpdesk.queues.models import SavedView


@on(TeamDissolved)
def delete_the_teams_views(event: TeamDissolved) -> None:
    """Nobody could open them any more."""
    for view in db.session.scalars(select(SavedView).where(SavedView.team_id == event.team.id)):
        db.session.delete(view)
    db.session.flush()
