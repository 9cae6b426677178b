"""One request, job or command, one transaction. Nobody else commits."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, current_app
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from helpdesk.core.db import db


@contextmanager
def unit_of_work() -> Iterator["scoped_session[Session]"]:
    """Commit when the block ends well, roll everything back when it raises."""
    try:
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def finish(response: Response) -> Response:
    """Commit an answer below 400, roll back the rest. A failing commit becomes its own error page, never a lost
    write behind a 200."""
    if response.status_code >= 400:
        db.session.rollback()
        return response
    try:
        db.session.commit()
    except Exception as error:  # whatever it was, nothing was saved: say so
        db.session.rollback()
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def init_app(app: Flask) -> None:
    """Register the commit. Flask runs these last in, first out: call this before any other after_request."""
    app.after_request(finish)
