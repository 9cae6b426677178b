"""The doorway of every request: who asks, in which role the database answers, and under which request id."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from flask import Flask, Response, abort, g, request, session
from flask_login import LoginManager
from sqlalchemy import Select, Text, bindparam, select, update

from helpdesk.accounts.models import User
from helpdesk.core import clock, current
from helpdesk.core.current import DatabaseRole, Entry, Via
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as, switch
from helpdesk.core.tokens import digest
from helpdesk.identity.models import SessionStage, SignInSession
from helpdesk.identity.operations.impersonating import stop_impersonating
from helpdesk.identity.operations.sessions import SignedIn, end_session
from helpdesk.settings.catalogue import Desk, desk_from, load_desk, stored_settings

SESSION_KEY = "sid"
OWN_SESSION_KEY = "own_sid"
"""Where an administrator's own session waits while they look at the desk as somebody else."""
SEEN_EVERY = timedelta(minutes=5)

login_manager = LoginManager()
login_manager.session_protection = None  # our sessions are rows; signing out deletes the row


@dataclass(frozen=True, slots=True)
class Impersonation:
    """Somebody through whose eyes an administrator looks at the desk, and until when."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class HalfWay:
    """A session that opens nothing but the way on, and whose it is."""

    session: SignInSession
    owner: User


def load_person(_request: object) -> User | None:
    """The person of this request, for Flask-Login's `current_user`."""
    return person()


def person() -> User | None:
    """Who is signed in, looked up once a request in the auth role; what follows runs in the role of that person."""
    if "person" not in g:
        g.person = None  # an error on the way must not ask again
        _identify()
    found: User | None = g.person
    return found


def half_way() -> HalfWay | None:
    """Who gave the first proof in this browser and not yet the second: nobody is signed in."""
    person()
    found: HalfWay | None = g.get("half")
    return found


def desk() -> Desk:
    """The desk's settings; they come with the person in one statement."""
    person()
    if "desk" not in g:
        g.desk = load_desk()
    found: Desk = g.desk
    g.desk_name = found.desk_name
    return found


def _identify() -> None:
    token = session.get(SESSION_KEY)
    if not isinstance(token, str):
        return
    found = db.session.execute(_whose_session(), {"token_hash": digest(token)}).one_or_none()
    if found is None:
        _forget_the_session()
        return
    signed_in, owner, settings = found
    g.desk = desk_from(settings)
    g.desk_name = g.desk.desk_name
    if signed_in.stage is not SessionStage.FULL:
        g.half = HalfWay(signed_in, owner)
        return
    g.sign_in_session, g.person = signed_in, owner
    _note_presence(g.sign_in_session)
    if signed_in.impersonator_id is not None:
        g.impersonation = Impersonation(owner.name, signed_in.expires_at)
        current.change(impersonator_id=signed_in.impersonator_id)
    role = DatabaseRole.APP if g.person.is_staff else DatabaseRole.CUSTOMER
    switch(db.session(), role=role, user_id=g.person.id)


@cache
def _whose_session() -> Select[tuple[SignInSession, User, Any]]:
    """A session that is not over and its owner, with the desk's settings, by `token_hash`. Built once."""
    now = clock.sql_now()
    return (
        select(SignInSession, User, stored_settings().scalar_subquery())
        .join(SignInSession.user)
        .where(
            SignInSession.token_hash == bindparam("token_hash", type_=Text()),
            SignInSession.expires_at > now,
            SignInSession.last_seen_at + SignInSession.idle_limit > now,
            User.is_active,
        )
    )


def _forget_the_session() -> None:
    """It is over. Who looked at the desk as somebody else is themself again with their next request: this one was
    meant in that other name.

    Otherwise the cookie stays as it is: what was asked just before the session got another secret is answered after,
    and would take that away.
    """
    if OWN_SESSION_KEY in session:
        look_back()


def impersonation() -> Impersonation | None:
    """Through whose eyes the browser looks at the desk, if they are not its own."""
    person()
    found: Impersonation | None = g.get("impersonation")
    return found


def look_through(signed_in: SignedIn) -> None:
    """The browser goes on as somebody else; its own session waits."""
    session[OWN_SESSION_KEY] = session[SESSION_KEY]
    session[SESSION_KEY] = signed_in.secret


def look_back() -> None:
    """The browser goes on with its own session, or with none where that is over, too."""
    session.pop(SESSION_KEY, None)
    if OWN_SESSION_KEY in session:
        session[SESSION_KEY] = session.pop(OWN_SESSION_KEY)


def let_in(signed_in: SignedIn, *, stays: bool = False) -> None:
    """Give the browser its session; nothing of what it held before goes on."""
    let_out()
    session[SESSION_KEY] = signed_in.secret
    session.permanent = stays
    current.change(user_id=signed_in.person.id)


def let_out() -> None:
    """End the browser's session, here and in the database."""
    secrets = [session.get(key) for key in (SESSION_KEY, OWN_SESSION_KEY)]
    is_somebody_else = OWN_SESSION_KEY in session and impersonation() is not None
    with acting_as(db.session(), DatabaseRole.AUTH):
        if is_somebody_else:
            stop_impersonating(g.sign_in_session)
        for secret in secrets:
            if isinstance(secret, str):
                end_session(secret)
    session.clear()
    g.person = None
    g.pop("half", None)


def desk_of_strangers() -> Desk:
    """The desk's settings for somebody who is not signed in, with no connection kept.

    Their tries are counted on one of its own: requests that each hold one and wait for another would wait for ever.
    """
    found = desk()
    db.session.rollback()
    return found


def _note_presence(signed_in: SignInSession) -> None:
    """Remember every few minutes that the session is in use; polling pages do not count as use."""
    now = clock.now()
    if signed_in.last_seen_at + SEEN_EVERY < now and not request.headers.get("X-Polling"):
        db.session.execute(
            update(SignInSession).where(SignInSession.id == signed_in.id).values(last_seen_at=now),
            execution_options={"synchronize_session": False},
        )


def _enter() -> None:
    g.request_id = uuid4().hex
    current.begin(
        Entry(
            via=Via.WEB,
            role=DatabaseRole.AUTH,
            request_id=g.request_id,
            ip=request.remote_addr,
        )
    )
    if "\0" in request.path or b"%00" in request.query_string:
        abort(400)  # PostgreSQL holds no such text, so nothing has that name


def _name_request(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _leave(_error: BaseException | None) -> None:
    # the session first: what is still open ends under the name of who opened it
    db.session.remove()
    current.end()


def init_app(app: Flask) -> None:
    """Open and close the door around every request."""
    app.before_request(_enter)
    app.after_request(_name_request)
    app.teardown_request(_leave)
    app.jinja_env.globals.update(impersonation=lambda: g.get("impersonation"))
    login_manager.request_loader(load_person)
    login_manager.init_app(app)
