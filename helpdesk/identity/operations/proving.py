"""Proving once more who one is, in the middle of a session: before something dangerous is done."""

from helpdesk.accounts.models import User
from helpdesk.audit.access import note_for_good
from helpdesk.audit.models import AccessKind
from helpdesk.core.errors import Refused, Unwelcome
from helpdesk.identity.limits import claim_sign_in, forgive
from helpdesk.identity.models import SignInSession
from helpdesk.identity.operations.sessions import renew
from helpdesk.identity.passwords import LONGEST, verify_password


class NoProof(Unwelcome):
    """What was given proves nothing."""

    status = 422


def prove(session: SignInSession, person: User, *, password: str) -> str:
    """Hold the person of this session for proven from now on. Returns the new secret for the cookie.

    Guesses count as tries to sign in: whoever finds an open browser learns no password from it. Raises NoProof,
    TooMany, and Refused for an administrator who looks at the desk as this person.
    """
    if session.impersonator_id is not None:
        raise Refused("You look at the desk as somebody else: only they can prove who they are.")
    attempt = claim_sign_in(person.email or "")
    if len(password) > LONGEST or not verify_password(person.password_hash, password):
        note_for_good(AccessKind.PROOF_FAILED, person_id=person.id)
        raise NoProof("That is not your password.")
    forgive(attempt)
    return renew(session)
