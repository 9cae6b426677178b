"""From text to a query: what people type is read leniently, and what cannot be meant is named with what could.

query       = alternative { "OR" alternative }
alternative = part { ["AND"] part }
part        = ["-"] ( term | "(" query ")" )
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from helpdesk.core.errors import Unwelcome
from helpdesk.tickets.criteria.reading import term_of
from helpdesk.tickets.criteria.terms import EVERYTHING, Part, Query, Term, all_of, any_of
from helpdesk.tickets.criteria.tokens import Sign, Token, tokens
from helpdesk.tickets.criteria.trouble import Misread, Trouble

MOST_TERMS = 20
MOST_WORDS = 8
MOST_IN_ALL = 100
"""Of all terms together: each is a condition of its own."""
MOST_DEPTH = 5
TOO_MUCH = (
    f"That is too much at once: at most {MOST_WORDS} words and {MOST_TERMS} terms, with {MOST_IN_ALL} values in all. "
    "Leave some out."
)
TOO_DEEP = f"Brackets within brackets go no deeper than {MOST_DEPTH}."
AS_TEXT = "In quotation marks it is searched as text."
AS_WORD = "In quotation marks it is searched as a word."


class BadQuery(Unwelcome):
    """A query that cannot be understood; `good` is the part that can.

    What is wrong stands at text[start:end]; with `instead` in its place it may be what was meant (empty: nobody knows).
    """

    def __init__(self, trouble: Trouble, good: Query) -> None:
        super().__init__(trouble.sentence)
        self.good = good
        self.start, self.end, self.instead = trouble.start, trouble.end, trouble.instead


@dataclass(slots=True)
class _Open:
    """A bracket that is open, or the whole text: alternatives that are read, and the parts of the one being read."""

    token: Token | None = None
    alternatives: list[Query] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    has_said: bool = False
    last_or: Token | None = None


def parse(text: str) -> Query:
    """The query somebody typed. Raises BadQuery, naming the first word that cannot be meant."""
    reader = _Reader(text)
    query = reader.read()
    terms = query.all_terms
    if len(list(_allowed(terms))) < len(terms):
        reader.troubles.append(Trouble(TOO_MUCH, 0, len(text)))
        query = _the_first(query)
    if reader.troubles:
        raise BadQuery(min(reader.troubles, key=lambda trouble: trouble.start), query)
    return query


def together(texts: Iterable[str]) -> str:
    """What asks for all of this at once. Text that cannot be read stays as it was typed."""
    given = [text for each in texts if (text := each.strip())]
    return " ".join(_bracketed(text) for text in given) if len(given) > 1 else "".join(given)


def _bracketed(text: str) -> str:
    """In brackets where OR would otherwise reach beyond the text."""
    try:
        choice = parse(text).choice
    except BadQuery:
        return text
    return str(choice) if choice else text


class _Reader:
    """Reads the text of one query, and keeps what it could not understand."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text.replace("\x00", " "))
        self.troubles: list[Trouble] = []
        self.open = [_Open()]

    def read(self) -> Query:
        for token in self.tokens:
            if token.sign is Sign.OPENS and len(self.open) > MOST_DEPTH:
                # read no further: what goes deeper than we allow could go deeper than Python can
                self.troubles = [Trouble(TOO_DEEP, token.start, token.end)]
                return EVERYTHING
            self._take(token)
        while len(self.open) > 1:
            self._complain(self.open[-1].token, f"This bracket is never closed. {AS_TEXT}")
            self._close()
        return all_of(any_of(self._finished(self.open[0])))

    def _take(self, token: Token) -> None:
        innermost = self.open[-1]
        if token.sign is Sign.TERM:
            innermost.has_said = True
            self._take_term(token, innermost)
        elif token.sign is Sign.OR:
            self._next_alternative(token, innermost)
        elif token.sign is Sign.OPENS:
            innermost.has_said = True
            self.open.append(_Open(token))
        elif token.sign is Sign.CLOSES:
            if len(self.open) == 1:
                self._complain(token, f"This bracket closes nothing. {AS_TEXT}")
            else:
                self._close()

    def _take_term(self, token: Token, innermost: _Open) -> None:
        try:
            term = term_of(token)
        except Misread as misread:
            self.troubles.append(misread.trouble)
            return
        innermost.parts.extend(() if term is None else (term,))

    def _next_alternative(self, token: Token, innermost: _Open) -> None:
        if not innermost.has_said:
            self._complain(token, f"Something is missing before OR. {AS_WORD}")
        innermost.alternatives.append(all_of(innermost.parts))
        innermost.parts, innermost.has_said, innermost.last_or = [], False, token

    def _close(self) -> None:
        closed = self.open.pop()
        is_negated = closed.token is not None and closed.token.is_negated
        self.open[-1].parts.extend(any_of(self._finished(closed), is_negated=is_negated))

    def _finished(self, closed: _Open) -> list[Query]:
        if not closed.has_said and closed.last_or:
            self._complain(closed.last_or, f"Something is missing after OR. {AS_WORD}")
        elif not closed.has_said and closed.token:
            self._complain(closed.token, "There is nothing between these brackets.")
        return [*closed.alternatives, all_of(closed.parts)]

    def _complain(self, token: Token | None, sentence: str) -> None:
        if token is not None:
            self.troubles.append(Trouble(sentence, token.start, token.end))


def _the_first(query: Query) -> Query:
    """As much of it as is not too much."""
    allowed = set(map(id, _allowed(query.all_terms)))

    def pruned(part: Part) -> tuple[Part, ...]:
        if isinstance(part, Term):
            return (part,) if id(part) in allowed else ()
        return any_of([shortened(each) for each in part.alternatives], is_negated=part.is_negated)

    def shortened(each: Query) -> Query:
        return all_of([kept for part in each.parts for kept in pruned(part)])

    return shortened(query)


def _allowed(terms: Iterable[Term]) -> Iterator[Term]:
    """The first of them that are not too much."""
    words = values = 0
    for term in list(terms)[:MOST_TERMS]:
        words += not term.field
        values += len(term.values)
        if values <= MOST_IN_ALL and (term.field or words <= MOST_WORDS):
            yield term
