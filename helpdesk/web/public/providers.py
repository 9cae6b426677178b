"""/login/providers: sign in where one has an account anyway; an account that is here already is connected to it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from structlog import get_logger

from helpdesk.accounts.models import User
from helpdesk.audit.access import note_for_good
from helpdesk.audit.models import AccessKind
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.row_security import acting_as
from helpdesk.identity import oidc
from helpdesk.identity.oidc import NotBelieved, Question, Witness
from helpdesk.identity.operations.provider_sign_in import (
    ANSWER_WITHIN,
    NotConnected,
    active_provider,
    client_of,
    connect,
    find_offer,
    sign_in_by_provider,
    spend,
)
from helpdesk.mail.links import base_url
from helpdesk.settings.catalogue import Desk
from helpdesk.web import doorway, guards
from helpdesk.web.answers import Page, local_path, see_other
from helpdesk.web.fresh_proof import ask_for_proof
from helpdesk.web.languages import gettext as _
from helpdesk.web.public.arrivals import arrive
from helpdesk.web.public.deeds import deed
from helpdesk.web.public.forms import ButtonForm, SignInForm
from helpdesk.web.public.sign_in import sign_in_page

bp = Blueprint("providers", __name__, url_prefix="/login/providers")
log = get_logger(__name__)

ROW_ID = "int(max=9223372036854775807)"
ASKED = "provider"
"""In the session until they come back: who was asked, what proves the answer, when, and where they wanted to go."""


@bp.post(f"/<{ROW_ID}:provider_id>")
def create(provider_id: int) -> Page:
    """The provider's page is behind a link that is followed at once: our policy lets no form lead to another site."""
    onward = local_path(request.form.get("next"), "")
    try:
        with deed():
            provider = active_provider(provider_id)
            client, name = client_of(provider), provider.name
        if person := doorway.person():
            return redirect(onward or guards.home_of(person), code=303)
        way_back = _way_back(
            doorway.desk_of_strangers(), provider_id
        )  # nothing is held while others are asked
        question = oidc.ask(client, redirect_uri=way_back)
    except Unwelcome as refusal:
        return _refused(refusal, onward)
    session[ASKED] = [
        provider_id,
        question.state,
        question.nonce,
        question.verifier,
        int(time.time()),
        onward,
    ]
    doorway.desk()
    answer = make_response(render_template("public/providers/new.html", name=name, url=question.url))
    answer.headers["Refresh"] = f"0; url={question.url}"
    return answer


@bp.get(f"/<{ROW_ID}:provider_id>/answer")
def show(provider_id: int) -> Page:
    """Where the provider sends them back to. It signs in by GET because it must: once, for whoever asked."""
    onward = ""
    try:
        with deed():
            active_provider(provider_id)
        question, onward = _asked(provider_id)
        witness = _heard(provider_id, question)
        with deed():
            result = sign_in_by_provider(
                active_provider(provider_id), witness, user_agent=request.user_agent.string
            )
    except Unwelcome as refusal:
        _note(provider_id, refusal)
        return _refused(refusal, onward)
    if isinstance(result, NotConnected):
        return redirect(url_for("public.providers.edit", ticket=result.ticket), code=303)
    return arrive(result, onward=onward)


@bp.get("/connection")
def edit() -> Page:
    """What to do about an account that is here already: sign in to it, then connect it."""
    ticket = request.args.get("ticket", "")
    person = doorway.person()
    if person is None:
        here = url_for("public.providers.edit", ticket=ticket)
        return render_template(
            "public/providers/known.html", sign_in_url=url_for("public.sign_in.new", next=here)
        )
    if (proof := ask_for_proof()) is not None:
        return proof
    try:
        with _deed_of_theirs():
            offer = find_offer(ticket, to=person)
            name, email = offer.provider.name, offer.email
    except Unwelcome as refusal:
        return _left(refusal)
    return render_template(
        "public/providers/edit.html", form=ButtonForm(), ticket=ticket, name=name, email=email
    )


@bp.post("/connection")
def update() -> Page:
    person = guards.signed_in()
    if not isinstance(person, User):
        return person
    if (proof := ask_for_proof()) is not None:
        return proof
    try:
        with _deed_of_theirs():
            name = connect(person, ticket=request.form.get("ticket", "")).name
    except Unwelcome as refusal:
        return _left(refusal)
    flash(_("From now on you can sign in with %(name)s.", name=name))
    return redirect(guards.home_of(person), code=303)


@contextmanager
def _deed_of_theirs() -> Iterator[None]:
    """What somebody who is signed in does. Refused, only the block is undone: they stay who they are."""
    with db.session.begin_nested(), acting_as(db.session(), DatabaseRole.APP):
        yield


def _left(refusal: Unwelcome) -> Page:
    flash(_(refusal.sentence), "error")
    return see_other("public.start")


def _asked(provider_id: int) -> tuple[Question, str]:
    """The question this is an answer to; nobody answers it twice. Raises NotBelieved."""
    asked = session.pop(ASKED, None)
    if not isinstance(asked, list) or len(asked) != 6:
        raise NotBelieved("nothing was asked")
    asked_of, state, nonce, verifier, asked_at, onward = asked
    if asked_of != provider_id or request.args.getlist("state") != [state]:
        raise NotBelieved("the answer is to another question")
    if time.time() - asked_at > ANSWER_WITHIN.total_seconds():
        raise NotBelieved("the answer came too late")
    spend(state)
    return Question("", state, nonce, verifier), local_path(onward, "")


def _heard(provider_id: int, question: Question) -> Witness:
    with deed():
        provider = active_provider(provider_id)
        client, group_claim = client_of(provider), provider.role_claim
    way_back = _way_back(doorway.desk_of_strangers(), provider_id)
    return oidc.hear(
        client,
        answer=request.args.to_dict(),
        nonce=question.nonce,
        verifier=question.verifier,
        redirect_uri=way_back,
        group_claim=group_claim,
    )


def _way_back(desk: Desk, provider_id: int) -> str:
    """The address that has to be registered at the provider."""
    return base_url(desk) + url_for("public.providers.show", provider_id=provider_id)


def _note(provider_id: int, refusal: Unwelcome) -> None:
    reason = refusal.reason if isinstance(refusal, NotBelieved) else refusal.sentence
    log.warning("sign_in_by_provider_refused", provider=provider_id, reason=reason)
    note_for_good(AccessKind.SIGN_IN_FAILED, person_id=None, detail=f"provider {provider_id}: {reason}")


def _refused(refusal: Unwelcome, onward: str) -> Page:
    doorway.desk()
    return sign_in_page(SignInForm(formdata=None, next=onward), refusal=_(refusal.sentence)), refusal.status
