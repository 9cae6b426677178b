"""Properties: two people at once, the same field and different ones, and nothing that was typed is lost."""

import re

import pytest
from sqlalchemy import select

from helpdesk.accounts.permissions import Permission
from helpdesk.tickets.models import Ticket, TicketPriority, TicketStatus
from helpdesk.tickets.operations import assign, change_status, move_to_team, rename, set_priority, take
from tests.support.at_once import at_once
from tests.support.readable import untranslated
from tests.web.agents.conftest import first_line

LOW, MEDIUM, HIGH, URGENT = TicketPriority


def form_on(page):
    """The fields a browser would send from the first form of properties on this page, as they stand."""
    fields = {}
    for tag in re.findall(r"<input[^>]+>", page.html):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and re.match(r"(new|seen)-", name.group(1)) and 'type="radio"' not in tag:
            fields[name.group(1)] = value.group(1) if value else ""
    for name, options in re.findall(r'(?s)<select[^>]*name="(new-\w+)"[^>]*>(.*?)</select>', page.html):
        chosen = re.search(
            r'<option[^>]*value="([^"]*)"[^>]*selected|<option selected value="([^"]*)"', options
        )
        fields[name] = (chosen.group(1) or chosen.group(2) or "") if chosen else ""
    return fields


def path(number):
    return f"/agent/tickets/{number}/properties"


def test_what_was_changed_is_saved_and_the_rest_left(as_ana, number, facts, person_id, team_id):
    form = form_on(as_ana.get(f"/agent/tickets/{number}"))
    form |= {"new-priority": "urgent", "new-assignee": person_id("ben"), "new-team": team_id}

    saved = as_ana.post(path(number), form)

    assert (saved.status, saved.location) == (303, f"/agent/tickets/{number}")
    assert "Saved." in as_ana.get(saved.location).text
    found = facts(number, Ticket.priority, Ticket.assignee_id, Ticket.team_id, Ticket.status)
    assert found == (URGENT, int(person_id("ben")), int(team_id), TicketStatus.IN_PROGRESS)


def test_a_form_that_changes_nothing_says_nothing(as_ana, number):
    form = form_on(as_ana.get(f"/agent/tickets/{number}"))

    saved = as_ana.post(path(number), form)

    assert saved.status == 303
    assert "Saved." not in as_ana.get(saved.location).text


def test_everything_can_be_edited_on_one_page(as_ana, number, facts):
    form = form_on(as_ana.get(f"{path(number)}/edit"))

    assert sorted(name for name in form if name.startswith("new-")) == [
        "new-assignee",
        "new-due",
        "new-priority",
        "new-status",
        "new-team",
        "new-title",
    ]
    as_ana.post(path(number), {**form, "new-title": "  Fire   in the\nprinter "})
    assert facts(number, Ticket.title) == "Fire in the printer"


class TestMeanwhile:
    def test_a_different_field_is_kept_beside_mine(self, as_ana, number, deed, facts):
        form = form_on(as_ana.get(f"/agent/tickets/{number}"))
        deed("ben", set_priority, number, to=URGENT)
        deed("ben", rename, number, title="Fire")

        saved = as_ana.post(path(number), {**form, "new-status": "in_progress"})

        assert saved.status == 303
        found = facts(number, Ticket.priority, Ticket.title, Ticket.status)
        assert found == (URGENT, "Fire", TicketStatus.IN_PROGRESS)

    def test_the_same_value_for_the_same_field_is_no_conflict(self, as_ana, number, deed, facts):
        form = form_on(as_ana.get(f"/agent/tickets/{number}"))
        deed("ben", set_priority, number, to=URGENT)

        assert as_ana.post(path(number), {**form, "new-priority": "urgent"}).status == 303

    def test_the_same_field_asks_with_both_values_and_saves_nothing(self, as_ana, number, deed, facts):
        form = form_on(as_ana.get(f"/agent/tickets/{number}"))
        deed("ben", set_priority, number, to=URGENT)

        page = as_ana.post(path(number), {**form, "new-priority": "low", "new-status": "in_progress"})

        assert page.status == 409
        assert "Priority Keep theirs: Urgent set by Ben Brown just now Use mine: Low" in page.text
        assert facts(number, Ticket.priority, Ticket.status) == (URGENT, TicketStatus.OPEN)
        kept = form_on(page)
        assert kept == {"seen-priority": "urgent", "seen-status": "open", "new-status": "in_progress"}

    @pytest.mark.parametrize("choice, priority", [("low", LOW), ("urgent", URGENT)])
    def test_either_value_can_be_chosen_and_what_else_was_typed_is_saved(
        self, as_ana, number, deed, facts, choice, priority
    ):
        form = form_on(as_ana.get(f"/agent/tickets/{number}"))
        deed("ben", set_priority, number, to=URGENT)
        page = as_ana.post(path(number), {**form, "new-priority": "low", "new-status": "in_progress"})
        offered = re.findall(r'type="radio" name="new-priority" value="(\w+)"', page.html)

        saved = as_ana.post(path(number), {**form_on(page), "new-priority": choice})

        assert offered == ["urgent", "low"]
        assert saved.status == 303
        assert facts(number, Ticket.priority, Ticket.status) == (priority, TicketStatus.IN_PROGRESS)

    def test_who_changes_it_once_more_is_asked_about_again(self, as_ana, number, deed):
        form = form_on(as_ana.get(f"/agent/tickets/{number}"))
        deed("ben", set_priority, number, to=URGENT)
        page = as_ana.post(path(number), {**form, "new-priority": "low"})
        deed("ben", set_priority, number, to=HIGH)

        again = as_ana.post(path(number), {**form_on(page), "new-priority": "low"})

        assert again.status == 409
        assert "Keep theirs: High" in again.text

    def test_people_and_teams_are_named_not_numbered(self, as_ana, number, deed, acting, person_id):
        form = form_on(as_ana.get(f"{path(number)}/edit"))
        deed("ben", take, number)
        deed("ben", rename, number, title="Fire & smoke")
        deed("ben", lambda ticket, by: move_to_team(ticket, team=first_line(), by=by), number)

        page = as_ana.post(path(number), {**form, "new-assignee": person_id("ada"), "new-title": "Water"})

        assert "Title Keep theirs: Fire & smoke set by Ben Brown just now Use mine: Water" in page.text
        assert "Assignee Keep theirs: Ben Brown set by Ben Brown just now Use mine: Ada Admin" in page.text
        assert "Team" not in page.text

    def test_taking_it_away_from_who_just_took_it_is_a_conflict_too(
        self, as_ana, number, deed, acting, person_id
    ):
        deed("ana", lambda ticket, by: assign(ticket, to=by, by=by), number)
        form = form_on(as_ana.get(f"/agent/tickets/{number}"))
        deed("ben", take, number)

        page = as_ana.post(path(number), {**form, "new-assignee": ""})

        assert "Keep theirs: Ben Brown set by Ben Brown just now Use mine: Nobody" in page.text

    def test_an_unsent_reply_survives_the_question_and_the_answer(self, as_ana, number, deed, messages):
        draft = {"content": "Dear <Carl>,\n\nuse water.", "mode": "note"}
        form = form_on(as_ana.get(f"/agent/tickets/{number}")) | draft
        deed("ben", set_priority, number, to=URGENT)

        page = as_ana.post(path(number), {**form, "new-priority": "low"})
        kept = re.search(r'(?s)<textarea[^>]*name="content"[^>]*>(.*?)</textarea>', page.html).group(1)
        back = as_ana.post(
            path(number),
            {**form_on(page), "new-priority": "low", **draft},
        )

        assert kept == "Dear &lt;Carl&gt;,\n\nuse water."
        assert back.status == 200
        assert "Dear &lt;Carl&gt;,\n\nuse water.</textarea>" in back.html
        assert 'name="mode" value="note" checked' in back.html
        assert len(messages(number)) == 1

    def test_two_agents_save_the_same_field_at_the_same_moment(self, real_desk):
        number = real_desk.ask()
        browsers = {"low": real_desk.browser("ana"), "urgent": real_desk.browser("ben")}

        answers = at_once(
            [
                lambda value=value, browser=browser: browser.post(
                    path(number), {"seen-priority": "medium", "new-priority": value}
                )
                for value, browser in browsers.items()
            ]
        )

        assert sorted(answer.status for answer in answers) == [303, 409]
        ((kept,),) = real_desk.rows(select(Ticket.priority))
        (loser,) = [answer for answer in answers if answer.status == 409]
        assert f"Keep theirs: {kept.value.capitalize()}" in loser.text

    def test_two_agents_save_different_fields_at_the_same_moment(self, real_desk):
        number = real_desk.ask()
        ana, ben = real_desk.browser("ana"), real_desk.browser("ben")
        everything = {
            "seen-priority": "medium",
            "new-priority": "medium",
            "seen-status": "open",
            "new-status": "open",
        }

        answers = at_once(
            [
                lambda: ana.post(path(number), {**everything, "new-priority": "low"}),
                lambda: ben.post(path(number), {**everything, "new-status": "in_progress"}),
            ]
        )

        assert [answer.status for answer in answers] == [303, 303]
        assert real_desk.rows(select(Ticket.priority, Ticket.status)) == [(LOW, TicketStatus.IN_PROGRESS)]

    def test_every_word_of_the_question_is_translated(self, pseudo, as_ana, number, deed):
        form = form_on(as_ana.get(f"/agent/tickets/{number}"))
        deed("ben", set_priority, number, to=URGENT)

        page = as_ana.post(path(number), {**form, "new-priority": "low", "content": "Dear Carl"})

        assert untranslated(page.html) == []
        assert untranslated(as_ana.get(f"{path(number)}/edit").html) == []


class TestRefused:
    @pytest.mark.parametrize(
        "wrong, words",
        [
            ({"new-title": " "}, "Give it a title"),
            ({"new-title": "x" * 301}, "300"),
            ({"new-priority": "huge"}, "Invalid"),
            ({"new-status": "solved"}, "Invalid"),
            ({"new-assignee": "99999999999999999999"}, "Not a valid choice"),
            ({"new-assignee": "carl"}, "Invalid"),
            ({"new-team": "-1"}, "Not a valid choice"),
        ],
    )
    def test_what_is_wrong_is_said_and_the_rest_kept(self, as_ana, number, facts, wrong, words):
        form = form_on(as_ana.get(f"{path(number)}/edit")) | {"content": "Dear Carl"}

        page = as_ana.post(path(number), {**form, "new-priority": "low", **wrong})

        assert page.status == 422
        assert words in page.text
        assert "Dear Carl" in page.text
        assert form_on(page)["seen-status"] == "open"
        assert facts(number, Ticket.priority) is MEDIUM

    def test_a_customer_cannot_be_given_a_ticket(self, as_ana, number, person_id, facts):
        page = as_ana.post(path(number), {"seen-assignee": "", "new-assignee": person_id("carl")})

        assert page.status == 422
        assert facts(number, Ticket.assignee_id) is None

    def test_an_impossible_move_says_what_to_do_first(self, as_ana, number, deed, facts):
        deed("ben", change_status, number, to=TicketStatus.CLOSED)

        page = as_ana.post(
            path(number), {"seen-status": "closed", "new-status": "resolved", "content": "Dear Carl"}
        )

        assert page.status == 409
        assert "This ticket is closed. Reopen it first" in page.text
        assert "Dear Carl" in page.text

    @pytest.mark.parametrize("seen", [{}, {"seen-status": "solved"}, {"seen-status": ""}])
    def test_a_form_that_does_not_say_what_was_seen_is_a_bad_request(self, as_ana, number, seen):
        assert as_ana.post(path(number), {"new-status": "closed", **seen}).status == 400

    def test_only_possible_moves_are_offered(self, as_ana, number, deed):
        deed("ben", change_status, number, to=TicketStatus.RESOLVED)
        page = as_ana.get(f"/agent/tickets/{number}")

        offered = re.search(r'(?s)<select[^>]*name="new-status".*?</select>', page.html).group()

        assert re.findall(r'value="(\w+)"', offered) == ["open", "resolved", "closed"]


def test_who_gives_a_ticket_out_of_their_sight_goes_to_their_queue(as_ben, number, deed, permitted, facts):
    permitted("ben", Permission.SEE_TEAM_TICKETS, Permission.ANSWER_TICKETS, Permission.CHANGE_TICKETS)
    deed("ada", lambda ticket, by: move_to_team(ticket, team=first_line(), by=by), number)
    form = form_on(as_ben.get(f"/agent/tickets/{number}"))

    saved = as_ben.post(path(number), {**form, "new-team": ""})

    assert (saved.status, saved.location) == (303, "/agent/queues/mine")
    assert facts(number, Ticket.team_id) is None
