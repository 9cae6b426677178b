"""Second factors of a person as a whole: asked by code, and all taken away."""

from helpdesk.accounts.models import User
from helpdesk.core.events import publish
from helpdesk.identity.events import SecondFactorRemoved
from helpdesk.identity.limits import claim_second_factor, forgive
from helpdesk.identity.operations.authenticators import remove_authenticator, take_app_code
from helpdesk.identity.operations.passkeys import remove_all_passkeys
from helpdesk.identity.operations.recovery_codes import forget_recovery_codes, use_recovery_code
from helpdesk.identity.operations.sessions import end_sessions
from helpdesk.identity.queries import Factors, factors_of

__all__ = ["Factors", "check_code", "factors_of", "forget_factors", "remove_factors", "take_code"]


def check_code(person: User, code: str) -> bool:
    """Whether it is the code of their app at this moment, or one of their recovery codes; it is used up by that.

    Each try counts, whatever the spelling. Raises TooMany.
    """
    attempt = claim_second_factor(person.id)
    is_right = take_code(person, code)
    if is_right:
        forgive(attempt)
    return is_right


def take_code(person: User, code: str) -> bool:
    """The same without counting: for who has counted."""
    return take_app_code(person, code) or use_recovery_code(person, code)


def remove_factors(person: User, *, by: User) -> None:
    """Take all second factors away, for somebody who lost theirs. They sign in anew, and are told by mail.

    Who may is asked before: helpdesk.identity.policy.
    """
    end_sessions(person)
    if forget_factors(person):
        publish(SecondFactorRemoved(person, by=by))


def forget_factors(person: User) -> bool:
    """Nothing is left of them. False where there were none."""
    had_app, had_passkeys = remove_authenticator(person), remove_all_passkeys(person)
    forget_recovery_codes(person)
    return had_app or had_passkeys
