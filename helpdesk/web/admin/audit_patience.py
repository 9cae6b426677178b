"""What is said where the database gave up on a search of the trail: the period was too long for what was asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import flash, redirect, url_for
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import OperationalError

from helpdesk.core.db import db
from helpdesk.web.admin.audit_filter import DAYS_SHOWN
from helpdesk.web.answers import Page
from helpdesk.web.languages import gettext as _


def ask_for_less_of(endpoint: str, asked_filter: Callable[[], Any]) -> Callable[[OperationalError], Page]:
    """Back to the list: with the usual period, or where it was that one, without the words."""

    def ask_for_less(error: OperationalError) -> Page:
        if not isinstance(error.orig, QueryCanceled):
            raise error
        db.session.rollback()
        asked, start = asked_filter(), timedelta(days=DAYS_SHOWN - 1)
        shorter = replace(asked, since=asked.until - start)
        kept = shorter if shorter.since > asked.since else replace(asked, words="")
        flash(_("This took too long and was given up. Choose a shorter time or more conditions."), "warning")
        return redirect(url_for(endpoint, **kept.address()), code=303)

    return ask_for_less
