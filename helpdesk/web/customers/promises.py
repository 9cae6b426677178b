"""When customers may expect an answer: what the desk promises, in a sentence."""

from helpdesk.web import doorway
from helpdesk.web.languages import gettext as _
from helpdesk.web.languages import ngettext

HOURS_OF_A_DAY = 24


def answer_time() -> str:
    """Until when there is usually a first answer; "" where the desk promises nothing."""
    hours = doorway.desk().answer_within_hours
    if hours <= 0:
        return ""
    if hours == 1:
        return _("We usually answer within an hour.")
    days, rest = divmod(hours, HOURS_OF_A_DAY)
    if days and not rest:
        return ngettext("We usually answer within a day.", "We usually answer within %(num)s days.", days)
    return ngettext("We usually answer within an hour.", "We usually answer within %(num)s hours.", hours)
