"""Language, writing direction and time zone of who reads the page; and a pseudo-language that shows forgotten words."""

import re
from typing import Any

from babel.support import Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from flask_babel import gettext as untyped_gettext
from flask_babel import ngettext as untyped_ngettext
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.settings import catalogue

LANGUAGES = tuple(code for code, _own_name in catalogue.LANGUAGES)
ACCENTED = str.maketrans("aceiklnorstuyACEILNORSTUYZ", "åçéïķļñöŕšťüýÅÇÉÏĻÑÖŔŠŤÜÝŽ")
KEPT = re.compile(r"(%\(\w+\)[sd]|\{\w+\}|<[^>]+>|&\w+;)")


def gettext(text: str, **values: object) -> str:
    """Flask-Babel's, with a type: the text in the reader's language, its placeholders filled."""
    return str(untyped_gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The same for a number of things."""
    return str(untyped_ngettext(one, many, num, **values))


def persons(setting: str) -> str | None:
    """A setting of the signed-in person, if the doorway has loaded one: an error page asks no database."""
    try:
        return getattr(g.get("person"), setting, None) if has_request_context() else None
    except SQLAlchemyError:  # a broken transaction cannot reload the person; the page still has to appear
        return None


def desks(setting: str) -> str | None:
    """A setting of the desk, if the doorway has loaded it."""
    return getattr(g.get("desk"), setting, None) if has_request_context() else None


def choose_locale() -> str | None:
    """The person's own language, else one the browser asks for, else the desk's; None stands for Babel's default."""
    wanted = request.accept_languages.best_match(LANGUAGES) if has_request_context() else None
    candidates = (persons("locale"), wanted, desks("locale"))
    return next((each for each in candidates if each in LANGUAGES), None)


def choose_time_zone() -> str | None:
    return persons("time_zone") or desks("time_zone")


def html_lang() -> str:
    return str(get_locale() or "en").replace("_", "-")


def html_dir() -> str:
    locale = get_locale()
    return str(locale.text_direction) if locale else "ltr"


def pseudo(text: str) -> str:
    """The text accented, a third longer and bracketed; placeholders and tags stay as they are."""
    parts = KEPT.split(text)
    accented = "".join(part if index % 2 else part.translate(ACCENTED) for index, part in enumerate(parts))
    return f"[{accented} {'·' * max(1, len(text) // 3)}]" if text.strip() else text


class PseudoTranslations(Translations):
    """Answers every message with its pseudo form, in memory: what stays readable on a page was never translated."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    ugettext = gettext
    ungettext = ngettext


class PseudoDomain(Domain):  # type: ignore[misc]  # Flask-Babel comes without types
    def get_translations(self) -> Any:
        return PseudoTranslations()


def init_app(app: Flask) -> None:
    """Register Flask-Babel; with HELPDESK_PSEUDO_LOCALE in the configuration every text is pseudo."""
    babel = Babel(app, locale_selector=choose_locale, timezone_selector=choose_time_zone)
    if app.config.get("HELPDESK_PSEUDO_LOCALE"):
        babel.domain_instance = PseudoDomain()
    app.jinja_env.globals.update(html_lang=html_lang, html_dir=html_dir)
