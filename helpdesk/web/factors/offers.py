"""The secret a page offers for an app: the one the form came back with, else a new one."""

from helpdesk.accounts.models import User
from helpdesk.identity.operations.authenticators import Offer, WrongCode, offer_authenticator, offered
from helpdesk.web.factor_forms import NewAppForm


def offer_for(person: User, form: NewAppForm) -> Offer:
    """Put it into the form, too: whoever mistyped a code need not scan again."""
    try:
        offer = offered(person, form.offer.data or "")
    except WrongCode:
        offer = offer_authenticator(person)
    form.offer.data = offer.sealed
    return offer
