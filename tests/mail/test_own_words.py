"""Mails carry the desk's own name and footer."""

from helpdesk.mail.operations.linking import render_for_sending
from helpdesk.settings.catalogue import change_settings, reset_setting
from helpdesk.tickets.operations import reply


def test_every_mail_ends_with_name_address_and_footer(ticket, ana, last_recipient):
    change_settings(desk_name="Velorna", footer="Harbour street 1\nMon to Fri")
    reply(ticket, by=ana, content="Try again, please.")

    letter = render_for_sending(last_recipient())

    assert letter.text.endswith("\n-- \nVelorna\nhttp://desk.example\nHarbour street 1\nMon to Fri\n")


def test_without_a_footer_nothing_is_left_in_its_place(ticket, ana, last_recipient):
    change_settings(footer="Harbour street 1")
    reset_setting("footer")
    reply(ticket, by=ana, content="Try again, please.")

    assert render_for_sending(last_recipient()).text.endswith("\n-- \nTest desk\nhttp://desk.example\n")
