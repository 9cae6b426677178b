"""Who was stopped for reading too much is told to those who look after the desk."""

from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.audit.access import note_access
from helpdesk.audit.models import AccessKind
from helpdesk.mail.queries.alarms import AlarmKind, alarms


def test_an_account_that_was_stopped_is_one_alarm_however_often(work: Session, ana: User, ben: User) -> None:
    for person, kind in ((ana, "ticket"), (ana, "attachment"), (ben, "ticket")):
        note_access(AccessKind.LIMIT_REACHED, person_id=person.id, detail=kind)
    work.commit()

    assert [(each.kind, each.count) for each in alarms()] == [(AlarmKind.READING, 2)]
