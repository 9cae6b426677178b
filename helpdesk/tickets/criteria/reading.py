"""One term of a query: its field, its sign and its values, spelled as we do."""

from helpdesk.tickets.criteria.known import ALIASES, FIELDS, Field, nearest
from helpdesk.tickets.criteria.terms import Term
from helpdesk.tickets.criteria.tokens import Token, Value
from helpdesk.tickets.criteria.trouble import Misread, Trouble

MOST_VALUES = 50


def term_of(token: Token) -> Term | None:
    """The term a token stands for; None for nothing but space in quotation marks. Raises Misread."""
    if not token.field:
        word = token.values[0].text
        return Term("", (word,), is_negated=token.is_negated) if word.strip() else None
    name = token.field.lower()
    field = FIELDS.get(ALIASES.get(name, name))
    if field is None:
        raise Misread(_unknown_field(token))
    asked = f"{field.name}{token.operator}"
    if token.operator not in field.operators:
        raise Misread(_unreadable(field, token.field + token.operator, token))
    if token.is_negated and not field.can_be_negated:
        sentence = f"“-” cannot stand before “{asked}”. Write it like this: {field.hint}."
        raise Misread(Trouble(sentence, token.start, token.end))
    typed = [value for value in token.values if value.text.strip()]
    if not typed:
        sentence = f"A value is missing after “{field.name}”. Write it like this: {field.hint}."
        raise Misread(Trouble(sentence, token.start, token.end))
    if len(typed) > MOST_VALUES:
        sentence = f"That is too much at once: at most {MOST_VALUES} values after “{asked}”."
        raise Misread(Trouble(sentence, token.start, token.end))
    values = dict.fromkeys(_spelled(field, token.operator, value) for value in typed)
    return Term(field.name, tuple(values), token.operator, token.is_negated)


def _spelled(field: Field, operator: str, value: Value) -> str:
    typed = value.text.strip()
    try:
        spelled = field.canonical(typed)
    except ValueError:
        guess = nearest(typed.replace(" ", "_"), field.choices)
        meant = f" Did you mean “{field.name}:{guess}”?" if guess else ""
        sentence = f"“{typed}” cannot follow “{field.name}”.{meant} It is written like this: {field.hint}."
        raise Misread(Trouble(sentence, value.start, value.end, guess or "")) from None
    if not field.fits(operator, spelled):
        raise Misread(_unreadable(field, f"{field.name}{operator}{typed}", value))
    return spelled


def _unreadable(field: Field, typed: str, where: Token | Value) -> Trouble:
    return Trouble(f"“{typed}” cannot be read. Write it like this: {field.hint}.", where.start, where.end)


def _unknown_field(token: Token) -> Trouble:
    sign = token.operator
    guess = nearest(token.field, tuple(FIELDS))
    meant = f"Did you mean “{guess}{sign}”?" if guess else f"Known are {', '.join(FIELDS)}."
    sentence = (
        f"There is nothing called “{token.field}{sign}”. {meant} In quotation marks it is searched as text."
    )
    start = token.start + token.is_negated
    return Trouble(sentence, start, start + len(token.field) + len(sign), f"{guess}{sign}" if guess else "")
