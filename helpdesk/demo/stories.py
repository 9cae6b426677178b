"""What tickets are about: the stories in texts/, each told with other words and facts every time."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

TEXTS = Path(__file__).parent / "texts"
THEMES = ("service", "orders", "billing", "app", "fleet")
TEAMS = ("Service", "Orders", "Billing", "App", "Fleet")

Facts = Mapping[str, str]


class Phrase:
    """A sentence with <a|b> alternatives and {facts}."""

    __slots__ = ("_parts", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        # every second part was between < and >
        self._parts = [
            part.split("|") if number % 2 else [part]
            for number, part in enumerate(re.split("<([^<>]*)>", text))
        ]

    def say(self, rng: Random, facts: Facts) -> str:
        """The sentence in one of its wordings."""
        if len(self._parts) == 1:
            return self._text.format_map(facts)
        said = [part[0] if len(part) == 1 else rng.choice(part) for part in self._parts]
        return "".join(said).format_map(facts)


Phrases = tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A kind of request: its words, who asks such a thing, and which team answers."""

    team: str
    weight: float
    audience: str
    is_incident: bool
    is_wish: bool
    tags: tuple[str, ...]
    priorities: tuple[tuple[str, ...], tuple[float, ...]]
    titles: Phrases
    problem: Phrases
    detail: Phrases
    wish: Phrases
    exchanges: tuple[tuple[Phrase, Phrase], ...]
    notes: Phrases
    updates: Phrases
    solutions: Phrases
    relapse: Phrases
    again: Phrases


@dataclass(frozen=True, slots=True)
class Shelf:
    """Stories to draw from."""

    stories: tuple[Story, ...]
    cumulated: tuple[float, ...]

    def draw(self, rng: Random) -> Story:
        return rng.choices(self.stories, cum_weights=self.cumulated)[0]


@cache
def shelf(audience: str) -> Shelf:
    """All stories that customers of a kind tell: “organizations” or “people”."""
    return _shelf([story for story in all_stories() if story.audience in (audience, "anybody")])


@cache
def incidents(audience: str) -> Shelf:
    """Those that come in waves."""
    return _shelf([story for story in shelf(audience).stories if story.is_incident])


@cache
def all_stories() -> tuple[Story, ...]:
    """Every story of every theme; one with cases is as many as it has."""
    return tuple(
        _story({**told, **case, "weight": told["weight"] / len(cases)})
        for theme in THEMES
        for told in read(theme)["story"]
        if (cases := told.get("case", [{}]))
        for case in cases
    )


@cache
def phrases() -> Mapping[str, Phrases]:
    """What fits every story, by name."""
    return {name: _phrases(told) for name, told in read("phrases").items() if name != "spam"}


@cache
def read(name: str) -> dict[str, Any]:
    """One file of texts/."""
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def _shelf(stories: Sequence[Story]) -> Shelf:
    return Shelf(tuple(stories), tuple(accumulate(story.weight for story in stories)))


def _story(told: Mapping[str, Any]) -> Story:
    priorities = told["priority"]
    return Story(
        team=told["team"],
        weight=told["weight"],
        audience=told.get("for", "anybody"),
        is_incident=told.get("incident", False),
        is_wish=told.get("tone") == "wish",
        tags=tuple(told["tags"]),
        priorities=(tuple(priorities), tuple(accumulate(priorities.values()))),
        exchanges=tuple((Phrase(ask), Phrase(answer)) for ask, answer in told.get("exchanges", [])),
        titles=_phrases(told["titles"]),
        problem=_phrases(told["problem"]),
        detail=_phrases(told.get("detail", [])),
        wish=_phrases(told.get("wish", [])),
        notes=_phrases(told.get("notes", [])),
        updates=_phrases(told.get("updates", [])),
        solutions=_phrases(told["solutions"]),
        relapse=_phrases(told["relapse"]),
        again=_phrases(told["again"]),
    )


def _phrases(texts: Sequence[str]) -> Phrases:
    return tuple(Phrase(text) for text in texts)
