"""A form's key is taken once; sending it again leads to where the first sending led; old keys are forgotten."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import User
from helpdesk.background import upkeep
from helpdesk.core import clock
from helpdesk.core.submissions import Submission, claim, settle


def test_the_first_creates_and_the_others_follow(work: Session, carl: User, olga: User) -> None:
    key = uuid4()

    assert claim(key, user_id=carl.id) is None
    settle(key, location="/portal/tickets/HD-1")

    assert claim(key, user_id=carl.id) == "/portal/tickets/HD-1"
    assert claim(key, user_id=olga.id) == "/", "a stranger with the same key learns nothing"


def test_keys_are_forgotten_after_a_week(work: Session, carl: User) -> None:
    with clock.freeze(clock.now() - timedelta(days=8)):
        claim(uuid4(), user_id=carl.id)
    claim(uuid4(), user_id=carl.id)

    upkeep.forget_submissions()

    assert work.scalar(select(func.count()).select_from(Submission)) == 1
