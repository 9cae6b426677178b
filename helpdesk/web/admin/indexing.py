"""How far the indexes of words are in another language, told below the setting that asks for it."""

from helpdesk.core.db import db
from helpdesk.database.search_language import Standing, standing


def indexing(wanted: str) -> Standing | None:
    """How far they are; None where the language that is wanted is the one in force. Costs one statement."""
    stands = standing(db.session())
    return stands if stands.language != wanted else None
