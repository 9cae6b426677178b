"""A request on paper."""

import io

from helpdesk.tickets.operations import Upload, note


def test_every_letter_with_its_exact_moment_and_files_by_name(as_carl, asked, answered, deed):
    number = asked("carl", "The printer", "It burns.", uploads=[Upload("smoke.txt", io.BytesIO(b"grey"))])
    answered(number, "Which floor?")
    deed("ana", note, number, content="He is impatient.")

    page = as_carl.get(f"/portal/tickets/{number}/print")

    assert page.status == 200
    assert f"Number {number} Status Waiting for your answer Asked" in page.text
    assert "It burns." in page.text
    assert "Attached: smoke.txt (4 bytes)" in page.text
    assert "Ana Agent" in page.text
    assert "impatient" not in page.html
    assert "<textarea" not in page.html


def test_it_is_read_by_who_reads_the_request(as_cora, as_olga, as_nobody, as_ana, number):
    path = f"/portal/tickets/{number}/print"

    assert (as_cora.get(path).status, as_olga.get(path).status) == (404, 404)
    assert as_nobody.get(path).location.startswith("/login")
    assert as_ana.get(path).location.startswith("/agent")
