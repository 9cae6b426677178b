"""The list a ticket was opened from stays in the addresses of its page."""

import re
from typing import Any

import pytest

from helpdesk.tickets.operations import take


@pytest.fixture
def there(asked: Any) -> str:
    return f"/agent/tickets/{asked('carl', 'No parcel')}"


def test_every_form_of_the_page_names_the_list(as_ana: Any, there: str) -> None:
    page = as_ana.get(f"{there}?in=open&q=status:open&sort=priority")

    assert f'action="{there}/watching?in=open&amp;q=status:open&amp;sort=priority"' in page.html


def test_a_deed_comes_back_to_the_same_list(as_ana: Any, there: str) -> None:
    as_ana.get(f"{there}?in=open&sort=priority")

    done = as_ana.post(f"{there}/watching?in=open&sort=priority", {})

    assert str(done.location).endswith(f"{there}?in=open&sort=priority")


@pytest.mark.parametrize("named", ["", "?in=", "?in=nonsense", "?q=words", "?in=https://elsewhere.example"])
def test_a_list_that_does_not_exist_is_not_carried(as_ana: Any, there: str, named: str) -> None:
    page = as_ana.get(f"{there}{named}")

    assert page.status == 200
    assert f'action="{there}/watching"' in page.html


def test_other_tickets_are_not_of_the_list(as_ana: Any, there: str, asked: Any) -> None:
    other = asked("carl", "Another one")

    page = as_ana.get(f"{there}?in=open")

    assert f'href="/agent/tickets/{other}"' in page.html


def test_a_small_letter_is_the_same_ticket(as_ana: Any, there: str) -> None:
    page = as_ana.get(f"{there.replace('HD', 'hd')}?in=mine")

    assert f'action="{there}/watching?in=mine"' in page.html


def test_the_pages_of_lists_carry_nothing(as_ana: Any, there: str, deed: Any) -> None:
    deed("ana", take, there.rpartition("/")[2])

    page = as_ana.get("/agent/queues/mine?in=open")

    assert re.findall(r'/agent/tickets/[^"]*in=open', page.html) == []
