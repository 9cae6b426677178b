"""What exactly differs between two values of a field: the words of a text, the members of a list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from helpdesk.web.audit_names import Names
from helpdesk.web.audit_values import LABELLED, field_name, is_digest, said

# Spaces go with what stands before them: alone they would be alike in any two texts.
_WORDS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
MOST_WORDS = 4_000  # beyond that, comparing them takes longer than anybody waits
ALIKE = 0.35


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a value; `differs` from the other value here."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, before and after; no parts for no value. `is_digest`: of its text only the length is kept."""

    field: str
    old: Sequence[Part]
    new: Sequence[Part]
    is_digest: bool = False


def difference(field: str, old: Any, new: Any, names: Names) -> Difference:
    """The two values of a field as they are to be read."""
    name = field_name(field)
    if is_digest(old) or is_digest(new):
        return Difference(name, _all(field, old, names), _all(field, new, names), is_digest=True)
    if isinstance(old, list) and isinstance(new, list):
        return Difference(name, *_of_lists(field, old, new, names))
    if isinstance(old, str) and isinstance(new, str) and old and new and _is_text(field):
        return Difference(name, *of_texts(old, new))
    return Difference(name, _all(field, old, names), _all(field, new, names))


def of_texts(old: str, new: str) -> tuple[list[Part], list[Part]]:
    """Word by word; where the texts have little in common, each as a whole."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        return [Part(old, differs=True)], [Part(new, differs=True)]
    match = SequenceMatcher(None, before, after, autojunk=False)
    if match.ratio() < ALIKE:
        return [Part(old, differs=True)], [Part(new, differs=True)]
    codes = match.get_opcodes()
    return (
        [_part(before[start:end], kind) for kind, start, end, _from, _to in codes if start < end],
        [_part(after[start:end], kind) for kind, _from, _to, start, end in codes if start < end],
    )


def _part(words: Sequence[str], kind: str) -> Part:
    return Part("".join(words), differs=kind != "equal")


def _of_lists(
    field: str, old: Sequence[Any], new: Sequence[Any], names: Names
) -> tuple[list[Part], list[Part]]:
    return _members(field, old, new, names), _members(field, new, old, names)


def _members(field: str, these: Sequence[Any], others: Sequence[Any], names: Names) -> list[Part]:
    parts: list[Part] = []
    for each in these:
        parts += [Part(", ")] if parts else []
        parts.append(Part(said(field, each, names), differs=each not in others))
    return parts


def _all(field: str, value: Any, names: Names) -> list[Part]:
    if value is None or value in ([], ""):
        return []
    text = value if isinstance(value, str) and _is_text(field) else said(field, value, names)
    return [Part(text, differs=True)]


def _is_text(field: str) -> bool:
    """Whether people wrote it: neither a moment nor one of our own words."""
    return not field.endswith("_at") and field not in LABELLED
