"""From the plan to tickets with all they have: stories are drawn, told, and lived up to the present."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from helpdesk.core.current import Via
from helpdesk.demo.copying import Stock
from helpdesk.demo.facts import Facts
from helpdesk.demo.histories import History
from helpdesk.demo.lives import DUE_HOURS, Life, Stage, Ticket
from helpdesk.demo.people import Cast, Person
from helpdesk.demo.plan import Birth
from helpdesk.demo.rhythm import HISTORY, OpenHours, waking_hours, zone
from helpdesk.demo.stories import Story, incidents, read, shelf
from helpdesk.demo.voices import Voices
from helpdesk.tickets.models.status import TicketPriority

ATTEMPTS = 40
REMEMBERED = 60  # titles that do not come again at once


@dataclass(slots=True)
class Nursery:
    """Brings up tickets one after the other."""

    rng: Random
    cast: Cast
    now: datetime
    office: OpenHours
    teams: dict[str, int]
    comment_ids: Stock
    titles: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def bring_up(self, birth: Birth, *, ticket_id: int, number: str) -> Ticket:
        """One ticket with its history, up to the present or to where it should stop."""
        for _ in range(ATTEMPTS):
            ticket = self._born(birth, ticket_id, number)
            if self._grow(ticket, birth):
                break
            self.comment_ids.give_back([row[0] for row in ticket.history.comments])
        self.titles.append(ticket.history.title)
        return ticket

    def _born(self, birth: Birth, ticket_id: int, number: str) -> Ticket:
        who = birth.who
        story = self._story(birth)
        at = datetime.fromtimestamp(birth.at, UTC)
        facts = Facts(
            self.rng,
            who,
            at.astimezone(zone(who.zone)),
            started=self.now - HISTORY,
            lead=self.cast.admin,
            staff=self.cast.agents,
        )
        voices = Voices(self.rng, story, facts)
        stage = Stage(self.cast, self.teams, self.office, waking_hours(who.zone, self.now))
        wanted = TicketPriority(self.rng.choices(story.priorities[0], cum_weights=story.priorities[1])[0])
        via = self._via(story)
        history = History(
            id=ticket_id,
            number=number,
            title=self._title(voices),
            priority=wanted if via is Via.WEB else TicketPriority.MEDIUM,
            requester=who,
            via=via,
            at=at,
            comment_id=self.comment_ids.take,
            request_id=self._request_id,
        )
        ticket = Ticket(self.rng, stage, history, story, voices, at=birth.at, wanted=wanted)
        ticket.agent = birth.agent or ticket.agent
        ticket.is_plain = birth.until is not None
        if birth.kind == "spam":
            self._open_spam(ticket)
        else:
            self._open(ticket, story)
        return ticket

    def _story(self, birth: Birth) -> Story:
        """What such a person writes about; where it is to be an agent's, something their teams answer."""
        kind = "organizations" if birth.who.organization else "people"
        known = incidents(kind) if birth.kind == "incident" else shelf(kind)
        story = known.draw(self.rng)
        while birth.agent is not None and story.team not in birth.agent.teams:
            story = known.draw(self.rng)
        return story

    def _open(self, ticket: Ticket, story: Story) -> None:
        history, who = ticket.history, ticket.requester
        is_phone_call = history.via is Via.WEB and self.rng.random() < 0.1 and ticket.is_office_hour()
        by = ticket.agent if is_phone_call else who
        if history.via is Via.WEB and self.rng.random() < 0.75:
            history.team_id = self.teams[story.team]
        if ticket.wanted is not TicketPriority.LOW and (
            ticket.wanted is not TicketPriority.MEDIUM or self.rng.random() < 0.6
        ):
            history.due_at = ticket.deadline(DUE_HOURS[ticket.wanted.value])
        history.open(
            ticket.voices.opening(taken_down=is_phone_call), by=by, participants=self._participants(who)
        )

    def _open_spam(self, ticket: Ticket) -> None:
        told = next(each for each in read("phrases")["spam"] if each["email"] == ticket.requester.email)
        ticket.history.title, ticket.history.via = told["title"], Via.MAIL
        ticket.history.open(told["content"], by=ticket.requester, participants=[])

    def _grow(self, ticket: Ticket, birth: Birth) -> bool:
        """Live until the present, or until the wanted status; whether that was reached."""
        now = self.now.timestamp()
        if birth.is_untouched:
            return True
        if birth.until is None:
            self._live(ticket, ticket.rot() if birth.kind == "spam" else ticket.live(), now)
            return True
        for moment in ticket.live():
            if ticket.has_reached(birth.until):
                return True
            ticket.go_on(moment if moment < now else self._before(now, ticket.at))
        return ticket.has_reached(birth.until)

    def _before(self, now: float, moment: float) -> float:
        """Between a moment and now, in office hours if there were any: for what should have happened by now."""
        return min(self.office.halfway(moment, now), (moment + now) / 2)

    def _live(self, ticket: Ticket, life: Life, now: float) -> None:
        for moment in life:
            if moment > now:
                return
            ticket.go_on(moment)

    def _title(self, voices: Voices) -> str:
        title = voices.title()
        for _ in range(3):
            if title not in self.titles:
                break
            title = voices.title()
        return title

    def _participants(self, who: Person) -> list[Person]:
        home = who.organization
        if home is None or len(home.people) < 2 or self.rng.random() > 0.08:
            return []
        known = [person for person in home.people if person is not who]
        return self.rng.sample(known, min(len(known), self.rng.choice((1, 1, 2))))

    def _via(self, story: Story) -> Via:
        machines = 8 if story.team == "Fleet" else 0
        return self.rng.choices((Via.MAIL, Via.WEB, Via.API), (50, 50, machines))[0]

    def _request_id(self) -> str:
        return f"{self.rng.getrandbits(128):032x}"
