"""Recovery codes: ten at a time, each good once."""

from sqlalchemy import delete, select

from helpdesk.accounts.models import User
from helpdesk.audit.acts import record
from helpdesk.audit.models import AuditAction
from helpdesk.core.db import db
from helpdesk.identity import recovery
from helpdesk.identity.passwords import hash_password, verify_password
from helpdesk.identity.second_factors import RecoveryCode

_UNWATCHED = {"synchronize_session": False}


def renew_recovery_codes(person: User) -> list[str]:
    """Ten new codes, readable only now; those before work no longer."""
    before = _forget(person)
    codes = [recovery.new_code() for _ in range(recovery.COUNT)]
    for code in codes:
        db.session.add(RecoveryCode(user_id=person.id, code_hash=hash_password(recovery.plain(code) or "")))
    db.session.flush()
    _tell(person, before, len(codes))
    return codes


def use_recovery_code(person: User, code: str) -> bool:
    """Whether it is one of the person's codes; if so it is used up. Of two at once, one is refused."""
    typed = recovery.plain(code)
    if typed is None:
        return False
    theirs = select(RecoveryCode).where(RecoveryCode.user_id == person.id).with_for_update()
    left = db.session.scalars(theirs.execution_options(populate_existing=True)).all()
    for each in left:
        if verify_password(each.code_hash, typed):
            db.session.delete(each)
            db.session.flush()
            _tell(person, len(left), len(left) - 1)
            return True
    return False


def forget_recovery_codes(person: User) -> None:
    """No code works any longer."""
    if before := _forget(person):
        _tell(person, before, 0)


def _forget(person: User) -> int:
    gone = delete(RecoveryCode).where(RecoveryCode.user_id == person.id).returning(RecoveryCode.id)
    return len(db.session.execute(gone, execution_options=_UNWATCHED).all())


def _tell(person: User, before: int, after: int) -> None:
    record("users", person.id, AuditAction.UPDATE, {"recovery_codes": [before, after]})
