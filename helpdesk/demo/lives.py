"""What happens to a ticket, and when: taken, asked about, answered, forgotten, solved, back again, closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from helpdesk.core.current import Via
from helpdesk.demo.histories import History
from helpdesk.demo.people import Cast, Person
from helpdesk.demo.rhythm import DAY, HOUR, OpenHours
from helpdesk.demo.stories import Phrase, Story
from helpdesk.demo.voices import Voices
from helpdesk.tickets.models.status import OPEN_STATUSES, TicketPriority, TicketStatus

PRIORITIES = tuple(TicketPriority)
HASTE = {"low": 1.8, "medium": 1.0, "high": 0.55, "urgent": 0.25}
DUE_HOURS = {"urgent": 16, "high": 38, "medium": 70}  # office hours; low ones have the desk's patience
CLOSED_AFTER = 10 * DAY
EXTRA_TAGS = ("vip", "phone", "first-contact", "waiting-for-parts", "goodwill", "bug", "translated")
Life = Iterator[float]


@dataclass(slots=True)
class Stage:
    """Everything a life needs around it."""

    cast: Cast
    teams: dict[str, int]
    office: OpenHours
    awake: OpenHours


class Ticket:
    """A ticket that lives. Each method of a life yields the moment of its next act before it acts."""

    def __init__(
        self,
        rng: Random,
        stage: Stage,
        history: History,
        story: Story,
        voices: Voices,
        *,
        at: float,
        wanted: TicketPriority,
    ) -> None:
        self.rng, self.stage, self.history = rng, stage, history
        self.story, self.voices, self.at, self.wanted = story, voices, at, wanted
        self.requester = history.requester
        self.agent = self._somebody(story.team)
        self.is_plain = False  # nothing goes astray
        self.has_answer = self.is_informed = False

    def live(self) -> Life:
        """From the first look at it to its closing."""
        yield self._at_work(0.7 if self.rng.random() > 0.04 else 14.0, spread=1.2)
        self._triage()
        if self._happens(0.45):
            yield self._at_work(0.25)
            self._note()
        if self._goes_astray(0.07):
            yield from self._wait_in_vain()
        yield self._at_work(1.1, spread=1.15)
        for ask, answer in self._questions():
            self._reply(ask)
            if self._goes_astray(0.07):
                yield from self._silence()
                return
            yield self._awake(3.5 if self._happens(0.82) else 30.0, spread=1.35)
            self._answer(answer, informs=True)
            if self._goes_astray(0.08):
                yield self._at_work(0.5)
                self._hand_over()
            if self._happens(0.5):
                yield self._at_work(0.4)
                self._note()
            yield self._at_work(1.6, spread=1.2)
        if self._happens(0.27):
            self._reply(self.voices.update(), status=TicketStatus.IN_PROGRESS)
            if self._happens(0.5):
                yield self._at_work(2.0)
                self._note()
            if self._goes_astray(0.2):
                yield from self._wait_in_vain()
            yield self._at_work(7.0, spread=1.3)
        yield from self._end()

    def rot(self) -> Life:
        """Rubbish: an administrator throws it away."""
        yield self._at_work(3.0)
        self.history.delete(by=self.stage.cast.admin)

    def go_on(self, moment: float) -> None:
        """Time has come to the act that was announced."""
        self.at = moment
        self.history.go_on(datetime.fromtimestamp(moment, UTC))
        self.voices.facts.say_on(self.history.at.date())

    def has_reached(self, status: TicketStatus) -> bool:
        """Whether it is where a life may stop; open means that the customer has answered staff."""
        is_there = self.history.status is status
        return is_there and (self.has_answer or status is not TicketStatus.OPEN)

    def is_office_hour(self) -> bool:
        return self.stage.office.after(self.at, 0.0) == self.at

    def _end(self) -> Life:
        outcome = self.rng.random()
        if outcome < 0.55:
            self._reply(self.voices.solution(), status=TicketStatus.RESOLVED, is_solution=True)
            if self._goes_astray(0.09):
                yield self._awake(4.0)
                self._answer(self.voices.pick("thanks"))
                yield self._at_work(0.6)
                if self._happens(0.4):
                    self._reply(self.voices.pick("thanks_back"), status=TicketStatus.RESOLVED)
                else:
                    self.history.move(TicketStatus.RESOLVED, by=self.agent, via=Via.WEB)
        elif outcome < 0.88:
            self._reply(self.voices.solution(), is_solution=True)
            yield self._awake(6.0 if self._happens(0.85) else 60.0, spread=1.3)
            self._answer(self.voices.pick("thanks"))
            yield self._at_work(0.8)
            self.history.move(TicketStatus.RESOLVED, by=self.agent, via=Via.WEB)
        else:
            self._reply(self.voices.solution(), is_solution=True)
            yield self._awake(9.0, spread=1.2)
            self.history.move(TicketStatus.RESOLVED, by=self.requester, via=Via.WEB)
        if self._goes_astray(0.08):
            yield from self._come_back()
        yield from self._close()

    def _come_back(self) -> Life:
        yield self._awake(40.0, spread=0.9)
        self._answer(self.voices.relapse())
        if self._happens(0.5):
            yield self._at_work(0.7)
            self._note()
        yield self._at_work(1.5)
        self._reply(self.voices.solution(again=True), status=TicketStatus.RESOLVED)

    def _close(self) -> Life:
        """Nobody comes back: at three in the following night it is closed."""
        night = DAY * ((self.at + CLOSED_AFTER) // DAY + 1) + 3 * HOUR
        yield night + self.rng.random() * 120
        self.history.move(TicketStatus.CLOSED, by=None, via=Via.JOB)

    def _silence(self) -> Life:
        """The customer does not answer any more."""
        yield self._at_work(16.0, spread=0.4)
        self._reply(self.voices.pick("reminders"))
        if self._happens(0.3):
            yield self._awake(8.0)
            self._answer(self.voices.pick("thanks"))
            yield self._at_work(0.5)
            self.history.move(TicketStatus.RESOLVED, by=self.agent, via=Via.WEB)
        else:
            yield self._at_work(24.0, spread=0.3)
            self._reply(self.voices.pick("endings"), status=TicketStatus.RESOLVED)
        yield from self._close()

    def _wait_in_vain(self) -> Life:
        """Nobody answers for days: the customer asks again, and it becomes more urgent."""
        yield self._awake(45.0, spread=0.5)
        self._answer(self.voices.pick("nudges"))
        yield self._at_work(1.5)
        if self._happens(0.45) and self.history.priority is not TicketPriority.URGENT:
            higher = PRIORITIES[PRIORITIES.index(self.history.priority) + 1]
            self.history.arrange(by=self.agent, priority=higher)
            self._note("raised")
            yield self._at_work(0.1)
        self._reply(self.voices.pick("reassurances"), status=TicketStatus.IN_PROGRESS)
        yield self._at_work(4.0)

    def _triage(self) -> None:
        by = self.agent if self._happens(0.7) else self._somebody(self.story.team)
        tags = [
            tag for number, tag in enumerate(self.story.tags) if self._happens(0.8 if number == 0 else 0.45)
        ]
        if self._happens(0.12):
            tags.append(self.rng.choice(EXTRA_TAGS))
        team = self.stage.teams[self.story.team]
        self.history.arrange(
            by=by,
            assignee=self.agent,
            team_id=None if self.history.team_id == team else team,
            priority=None if self.history.priority is self.wanted else self.wanted,
            add_tags=tags,
        )
        if self._happens(0.06):
            self.history.watch(by if by is not self.agent else self._somebody(self.story.team))

    def _hand_over(self) -> None:
        """To a colleague who knows better, with a word."""
        before, self.agent = self.agent, self._somebody(self.story.team)
        if before is self.agent:
            return
        self.voices.facts["team"] = self.story.team
        text = self.voices.note(before, about="handover")
        self.history.write(text, by=before, via=Via.WEB, is_internal=True)
        self.history.arrange(by=before, assignee=self.agent)
        if self._happens(0.3):
            self.history.watch(before)

    def _note(self, about: str = "") -> None:
        by = self.agent if self._happens(0.75) else self._somebody(self.story.team)
        self.history.write(self.voices.note(by, about=about), by=by, via=Via.WEB, is_internal=True)

    def _reply(
        self,
        phrase: Phrase,
        *,
        status: TicketStatus = TicketStatus.WAITING_ON_CUSTOMER,
        is_solution: bool = False,
    ) -> None:
        """A public answer; while the ball is with the customer, the deadline is often moved."""
        text = self.voices.agent(
            phrase,
            self.agent,
            first=not self.has_answer,
            thanks=self.is_informed,
            offer=is_solution,
        )
        self.has_answer, self.is_informed = True, False
        due_at = None
        if status in OPEN_STATUSES and self._happens(0.85 if self.history.due_at else 0.5):
            due_at = self.deadline(DUE_HOURS.get(self.history.priority, DUE_HOURS["medium"]))
        self.history.write(text, by=self.agent, via=Via.WEB, status=status, due_at=due_at)

    def _answer(self, phrase: Phrase, *, informs: bool = False) -> None:
        """The customer writes: what was asked for, thanks, or that it is not over."""
        self.is_informed = informs
        self.voices.facts.setdefault("agent", self.agent.first)
        via = self.history.via if self.history.via is not Via.API and self._happens(0.9) else Via.WEB
        self.history.write(self.voices.customer(phrase), by=self.requester, via=via, status=TicketStatus.OPEN)

    def _questions(self) -> list[tuple[Phrase, Phrase]]:
        exchanges = self.story.exchanges
        wanted = self.rng.choices((0, 1, 2), (0.36, 0.44, 0.2))[0]
        return self.rng.sample(exchanges, min(wanted, len(exchanges)))

    def _somebody(self, team: str) -> Person:
        return self.stage.cast.draw_member(self.rng, team)

    def deadline(self, hours: float) -> datetime:
        due = self.stage.office.after(self.at, hours * HOUR)
        return datetime.fromtimestamp(due // 900 * 900, UTC)  # people set quarters of an hour

    def _at_work(self, hours: float, *, spread: float = 0.9) -> float:
        """After about so many office hours, sooner for what hurts more."""
        haste = HASTE[self.history.priority]
        return self.stage.office.after(self.at, self._about(hours * haste, spread))

    def _awake(self, hours: float, *, spread: float = 1.0) -> float:
        """After about so many hours in which the customer is awake."""
        return self.stage.awake.after(self.at, self._about(hours, spread))

    def _about(self, hours: float, spread: float) -> float:
        """Around a median, with a long tail, never at once."""
        return 90.0 + hours * HOUR * self.rng.lognormvariate(0.0, spread)

    def _happens(self, share: float) -> bool:
        return self.rng.random() < share

    def _goes_astray(self, share: float) -> bool:
        return not self.is_plain and self._happens(share)
