"""Asking for a mailed link, and the page after: the same for every address, whether or not somebody has it."""

from typing import Any

from flask import render_template, session

from helpdesk.background.jobs import Job
from helpdesk.core.configuration import configuration
from helpdesk.identity.jobs import ask_for
from helpdesk.web.languages import gettext as _
from helpdesk.web.public.deeds import deed

MAILED_TO = "mailed_to"


def ask(wanted: Job[Any], *, email: str, **more: str) -> None:
    """Have the link mailed."""
    with deed():
        ask_for(wanted, email=email, **more)


def ask_and_remember(wanted: Job[Any], *, email: str, **more: str) -> None:
    """Have the link mailed, and remember the address for the next page."""
    ask(wanted, email=email, **more)
    remember(email)


def remember(email: str) -> None:
    """The address that was typed, for the next page."""
    session[MAILED_TO] = email


def look_into_your_mailbox(named: str = "", *, is_named: bool = True) -> str:
    """Says where the mail went; on a desk that only its own machine reaches, also where its link can be read.

    `named` is another sentence for where it went, with %(email)s. Not `is_named`: to an address that this browser
    never typed, and is not told.
    """
    email = session.get(MAILED_TO) if is_named else None
    return render_template(
        "public/sent.html",
        sentence=(named or _("If %(email)s can get a link, it is on its way.")) % {"email": email}
        if email
        else _("If your address can get a link, it is on its way."),
        is_on_console=configuration().is_loopback,
    )
