"""What becomes of mailboxes when a team is no more."""

from helpdesk.accounts.events import TeamDissolved
from helpdesk.audit.bulk import bulk_update
from helpdesk.core.events import on
from helpdesk.mail.models import Mailbox


@on(TeamDissolved)
def hand_its_mailboxes_over(event: TeamDissolved) -> None:
    heir = event.tickets_to.id if event.tickets_to else None
    bulk_update(Mailbox, Mailbox.team_id == event.team.id, lambda _row: {"team_id": heir})
