"""Language, writing direction and time zone of who reads the page; and a pseudo-language that shows forgotten words."""

import re
from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain, get_domain, get_locale, refresh
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.settings import catalogue

LANGUAGES = tuple(code for code, _own_name in catalogue.LANGUAGES)
ACCENTED = str.maketrans("aceiklnorstuyACEILNORSTUYZ", "åçéïķļñöŕšťüýÅÇÉÏĻÑÖŔŠŤÜÝŽ")
GROUPED = 1_000
KEPT = re.compile(r"(%\(\w+\)[sd]|\{\w+\}|<[^>]+>|&\w+;)")


def translations() -> NullTranslations:
    """The reader's, the same object for all who read that language; looked up once a request."""
    found: NullTranslations | None = g.get("translations") if has_app_context() else None
    return found or get_domain().get_translations()


def gettext(text: str, /, **values: object) -> str:
    """The text in the reader's language, its placeholders filled."""
    said = str(translations().gettext(text))
    return said % values if values else said


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """The same for a number of things, its digits grouped as the reader groups them."""
    text, digits = _counted(one, many, num)
    return text % {"num": digits, **values}


def _counted(one: str, many: str, num: int) -> tuple[str, object]:
    text = str(translations().ngettext(one, many, num))
    if num < GROUPED:
        return text, num
    return text.replace("%(num)d", "%(num)s"), _grouped(num, get_locale())


@lru_cache(maxsize=5_000)
def _grouped(num: int, locale: Locale | None) -> str:
    return str(format_decimal(num, locale=locale or "en"))


@pass_eval_context
def gettext_of_templates(context: EvalContext, text: str, /, **values: object) -> str:
    """The same for templates: what is filled in is escaped where the template escapes."""
    if not context.autoescape:
        return str(translations().gettext(text)) % values
    if not values:
        return _without_values(text, translations())
    return Markup(translations().gettext(text)) % values  # noqa: S704 - our own text; what is filled in is escaped


@pass_eval_context
def ngettext_of_templates(context: EvalContext, one: str, many: str, num: int, /, **values: object) -> str:
    """The same for templates."""
    text, digits = _counted(one, many, num)
    if not context.autoescape:
        return text % {"num": digits, **values}
    if not values:  # a table has a thousand of them: Markup wraps what it fills in
        filled = digits if isinstance(digits, int) else escape(digits)
        return Markup(text % {"num": filled})  # noqa: S704 - as above
    return Markup(text) % {"num": digits, **values}  # noqa: S704 - as above


@lru_cache(maxsize=10_000)
def _without_values(text: str, language: NullTranslations) -> Markup:
    """Of such texts a page has a hundred."""
    return Markup(language.gettext(text)) % {}  # noqa: S704 - our own text


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


class OwnDomain(Domain):  # type: ignore[misc]  # Flask-Babel comes without types
    """Flask-Babel's texts, looked up once a request and not once a word."""

    def get_translations(self) -> NullTranslations:
        if "translations" not in g:
            g.translations = self.found()
        found: NullTranslations = g.translations
        return found

    def found(self) -> NullTranslations:
        found: NullTranslations = super().get_translations()
        return found


class PseudoDomain(OwnDomain):
    def found(self) -> NullTranslations:
        return PSEUDO


PSEUDO = PseudoTranslations()


def look_again() -> None:
    """Forget which language and zone this request is in; for who changes them half way."""
    refresh()
    for name in ("translations", "manner"):
        g.pop(name, None)


def init_app(app: Flask) -> None:
    """Register Flask-Babel; with HELPDESK_PSEUDO_LOCALE in the configuration every text is pseudo."""
    babel = Babel(app, locale_selector=choose_locale, timezone_selector=choose_time_zone)
    babel.domain_instance = PseudoDomain() if app.config.get("HELPDESK_PSEUDO_LOCALE") else OwnDomain()
    app.jinja_env.globals.update(
        html_lang=html_lang,
        html_dir=html_dir,
        _=gettext_of_templates,
        gettext=gettext_of_templates,
        ngettext=ngettext_of_templates,
    )
