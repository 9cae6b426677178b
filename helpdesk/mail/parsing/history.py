"""Where in a mail the words of earlier mails begin."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.mail.parsing.phrases import FORWARDED, HEADERS, ORIGINAL, WROTE, any_of


@dataclass(frozen=True, slots=True)
class Line:
    """A line as its reader sees it, and what its markup says of it."""

    text: str
    is_quoted: bool = False
    is_intro: bool = False
    """It announces a quote."""
    starts_history: bool = False
    """From here on all is history."""
    starts_signature: bool = False


LONGEST_INTRO = 400
_TITLED_RULE = re.compile(
    rf"^[\s>*]*(?:[-_=]{{2,}}\s*{any_of(ORIGINAL + FORWARDED)}\s*[-_=:：]*|{any_of(FORWARDED)}\s*[:：])\s*\*?\s*$",
    re.IGNORECASE,
)
_REPLY_ABOVE = re.compile(
    r"[-–_#=]{2,}\s*(?:please )?(?:reply|type|write)\b.{0,40}\babove this line", re.IGNORECASE
)
_DASHED_INTRO = re.compile(r"^\s*-{2,}\s*On\b.{4,300}\bwrote\s*-{2,}\s*$", re.IGNORECASE)
_WROTE = re.compile(
    rf"(?<!\w){any_of(WROTE)}(?!\w)|{any_of(('写道', '寫道', 'のメール', '작성', 'のメッセージ'))}",
    re.IGNORECASE,
)
_DATED_ADDRESS = re.compile(r"\d.{0,200}<\s*[^<>\s]*@[^<>]*>\s*[:：]$")
_STARTS_INTRO = re.compile(
    r"^[\s*]*(?:(?:On|Op|Am|Den|Il|El|Le|Em|W dniu|Dnia|Dne|Dňa|Na|Pada|Vào)\b|\d|在|於)", re.IGNORECASE
)
_RULE = re.compile(r"^\s*(?:_{5,}|-{5,}|\*{5,}|={5,})\s*$")
_FIELD = re.compile(
    r"^[\s>*]*(?:"
    + "|".join(rf"(?P<{kind}>{any_of(names)})" for kind, names in HEADERS.items())
    + r")\s*\*?\s*[:：]",
    re.IGNORECASE,
)


def history_start(lines: Sequence[Line]) -> int:
    """The line from which on everything is history; their number where there is no such line.

    A quote with the sender's own words below it is not the end of them: who answers in between is not cut.
    """
    own_below = _own_below(lines)
    for at, line in enumerate(lines):
        if line.starts_history or _is_title(line.text) or is_header_block(lines, at):
            return at - 1 if at and _RULE.match(lines[at - 1].text) else at
        if line.is_quoted or not (length := intro_length(lines, at)):
            continue
        below = next((each for each in range(at + length, len(lines)) if lines[each].text.strip()), None)
        if below is None or not lines[below].is_quoted or not own_below[below]:
            return at
    return len(lines)


def _is_title(text: str) -> bool:
    return len(text) <= LONGEST_INTRO and bool(
        _TITLED_RULE.match(text) or _REPLY_ABOVE.search(text) or _DASHED_INTRO.match(text)
    )


def _own_below(lines: Sequence[Line]) -> list[bool]:
    """For each line whether the sender's own words stand anywhere below it."""
    found = False
    told: list[bool] = []
    for line in reversed(lines):
        told.append(found)
        found = found or bool(line.text.strip() and not line.is_quoted)
    return told[::-1]


def intro_length(lines: Sequence[Line], at: int) -> int:
    """Of how many lines the sentence is that begins here and announces a quote; 0 where none does."""
    if lines[at].is_intro and _is_above_a_quote(lines, at):
        return 1
    sentence = ""
    for length in range(1, 5):
        line = lines[at + length - 1].text.strip() if at + length <= len(lines) else ""
        sentence = f"{sentence} {line}".strip()
        if not line or len(sentence) > LONGEST_INTRO:
            return 0
        if sentence.endswith((":", "：")):
            return length if is_intro(sentence) and _begins_here(lines, at, length) else 0
    return 0


def _begins_here(lines: Sequence[Line], at: int, length: int) -> bool:
    """Not with words of the sender's that stand right above it: one word tells, else it is as short as can be."""
    if length == 1 or _STARTS_INTRO.match(lines[at].text):
        return True
    end = at + length
    return not any(
        is_intro(" ".join(line.text.strip() for line in lines[start:end])) for start in range(at + 1, end)
    )


def _is_above_a_quote(lines: Sequence[Line], at: int) -> bool:
    below = next((line for line in lines[at + 1 : at + 6] if line.text.strip()), None)
    return below is not None and below.is_quoted


def is_intro(sentence: str) -> bool:
    """ "On Monday, 3 May, Jane wrote:" and its like: with a verb of writing and a date or address, or both of these."""
    if not any(each.isdigit() or each == "@" for each in sentence):
        return False
    return bool(_WROTE.search(sentence) or _DATED_ADDRESS.search(sentence))


def is_header_block(lines: Sequence[Line], at: int) -> bool:
    """Whether the fields of a mail stand here: who, and two more of four within six lines."""
    if not _FIELD.match(lines[at].text[:LONGEST_INTRO]):
        return False
    kinds: set[str] = set()
    for line in lines[at : at + 8]:
        found = _FIELD.match(line.text[:LONGEST_INTRO])
        if found and found.lastgroup:
            kinds.add(found.lastgroup)
    return "from" in kinds and len(kinds) >= 3
