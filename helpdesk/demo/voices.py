"""How people write: greeting, matter and farewell, put together from a story and the phrases that fit any."""

from random import Random

from helpdesk.demo.facts import Facts
from helpdesk.demo.people import Person
from helpdesk.demo.stories import Phrase, Phrases, Story, phrases

CURT = 0.12  # of the customers write neither greeting nor farewell


class Voices:
    """The wordings of one ticket. Nothing is said twice while there is something else to say."""

    def __init__(self, rng: Random, story: Story, facts: Facts) -> None:
        self.rng, self.story, self.facts = rng, story, facts
        self.common = phrases()
        self._said: set[int] = set()

    def title(self) -> str:
        return _capital(self._one(self.story.titles))

    def opening(self, *, taken_down: bool = False) -> str:
        """What the requester writes first, or what an agent takes down on the phone."""
        matter = [self._one(self.story.problem)]
        if self.story.detail and self.rng.random() < 0.72:
            matter.append(self._one(self.story.detail))
        wish = self._one(self.story.wish) if self.story.wish and self.rng.random() < 0.8 else ""
        if taken_down:
            return _paragraphs(self._any("called"), " ".join(matter), wish)
        if self.rng.random() < CURT:
            return _paragraphs(" ".join([*matter, wish]))
        closing = (
            "closings_business" if self.facts.who.organization and self.rng.random() < 0.5 else "closings"
        )
        return _paragraphs(self._any("greetings"), " ".join(matter), wish, self._any(closing))

    def customer(self, phrase: Phrase) -> str:
        """A customer's answer."""
        matter = self._say(phrase)
        if self.rng.random() < 0.45:
            return matter
        greeting = self._any("answers") if self.rng.random() < 0.7 else ""
        return _paragraphs(greeting, matter, self._any("short_closings"))

    def agent(self, phrase: Phrase, author: Person, *, first: bool, thanks: bool, offer: bool) -> str:
        """An agent's public answer; the first one also regrets, a later one may thank for what was asked."""
        self.speaks(author)
        matter = self._say(phrase)
        if first and matter[0].isupper():
            matter = f"{self._any('pleased' if self.story.is_wish else 'sorry')} {matter}"
        elif thanks and self.rng.random() < 0.5:
            matter = f"{self._any('later')} {matter}"
        if offer and self.rng.random() < 0.35:
            matter = f"{matter} {self._any('offers')}"
        return _paragraphs(self._any("agent_greetings"), _capital(matter), self._any("agent_closings"))

    def note(self, author: Person, *, about: str = "") -> str:
        """What colleagues tell each other."""
        self.speaks(author)
        if about:
            return self._any(about)
        own = self._fresh(self.story.notes) if self.rng.random() < 0.7 else ()
        return self._one(own or self.common["notes_any"])

    def speaks(self, author: Person) -> None:
        """From now on {agent} is this person, and {other} a colleague."""
        self.facts["agent"] = author.first
        others = [person.first for person in self.facts.staff if person is not author]
        self.facts["other"] = self.rng.choice(others) if others else author.first

    def pick(self, name: str) -> Phrase:
        """A phrase that fits every story."""
        return self._choose(self.common[name])

    def update(self) -> Phrase:
        return self._choose(self.story.updates or self.common["reassurances"])

    def solution(self, *, again: bool = False) -> Phrase:
        return self._choose(self.story.again if again else self.story.solutions)

    def relapse(self) -> Phrase:
        return self._choose(self.story.relapse)

    def _any(self, name: str) -> str:
        return self._say(self.rng.choice(self.common[name]))

    def _one(self, choices: Phrases) -> str:
        return self._say(self._choose(choices))

    def _choose(self, choices: Phrases) -> Phrase:
        fresh = self._fresh(choices) or choices
        phrase = fresh[0] if len(fresh) == 1 else self.rng.choice(fresh)
        self._said.add(id(phrase))
        return phrase

    def _fresh(self, choices: Phrases) -> Phrases:
        """Those that nobody has said in this ticket."""
        return tuple(phrase for phrase in choices if id(phrase) not in self._said)

    def _say(self, phrase: Phrase) -> str:
        return phrase.say(self.rng, self.facts)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
