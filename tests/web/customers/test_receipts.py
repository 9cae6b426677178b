"""The thank-you page: number, when the answer comes, who else knows."""

import pytest

from helpdesk.settings.catalogue import change_settings


@pytest.mark.parametrize(
    "hours, promise",
    [
        (0, None),
        (1, "We usually answer within an hour."),
        (4, "We usually answer within 4 hours."),
        (24, "We usually answer within a day."),
        (36, "We usually answer within 36 hours."),
        (72, "We usually answer within 3 days."),
    ],
)
def test_the_desk_promises_when_it_answers(as_carl, number, acting, answered, hours, promise):
    with acting("ada"):
        change_settings(answer_within_hours=hours)
    paths = (
        f"/portal/receipts/{number}",
        "/portal/tickets/new",
        "/portal/tickets",
        f"/portal/tickets/{number}",
    )

    said = [(promise or "We usually answer") in as_carl.get(path).text for path in paths]

    assert said == [promise is not None] * 4
    answered(number)
    assert "We usually answer" not in as_carl.get(f"/portal/tickets/{number}").text


def test_it_is_for_who_asked(as_carl, as_cora, as_nobody, as_ana, number):
    assert as_carl.get(f"/portal/receipts/{number}").status == 200
    assert as_cora.get(f"/portal/receipts/{number}").status == 404
    assert as_carl.get("/portal/receipts/HD-99999").status == 404
    assert as_nobody.get(f"/portal/receipts/{number}").location.startswith("/login")
    assert as_ana.get(f"/portal/receipts/{number}").location.startswith("/agent")
