"""Words and tones of every value the pages show: what an enum member is called, and which colour it may wear."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

LABELS: Mapping[str, LazyString] = {
    # status of a ticket
    "open": _("Open"),
    "in_progress": _("In progress"),
    "waiting_on_customer": _("Waiting on customer"),
    "resolved": _("Resolved"),
    "closed": _("Closed"),
    # priority
    "low": _("Low"),
    "medium": _("Medium"),
    "high": _("High"),
    "urgent": _("Urgent"),
    # roles
    "admin": _("Administrator"),
    "agent": _("Agent"),
    "customer": _("Customer"),
    "system": _("The desk itself"),
    # the door through which something came in
    "web": _("Web"),
    "mail": _("Mail"),
    "job": _("Background job"),
    "cli": _("Command line"),
    "rule": _("Rule"),
    "api": _("API"),
    "phone": _("Phone"),
    "walk_in": _("Walk-in"),
    # what a customer is within their organization
    "member": _("Member"),
    "manager": _("Manager"),
    # how somebody likes to work
    "comfortable": _("Roomy"),
    "compact": _("Compact"),
    "light": _("Light"),
    "dark": _("Dark"),
    "oldest_first": _("Oldest first"),
    "newest_first": _("Newest first"),
    "stay": _("Stay on the ticket"),
    "next": _("Go to the next ticket"),
    "back": _("Go back to the list"),
    # what was done to a row
    "insert": _("Created"),
    "update": _("Changed"),
    "delete": _("Deleted"),
    # mail and jobs
    "todo": _("Waiting"),
    "doing": _("Running"),
    "succeeded": _("Done"),
    "failed": _("Failed"),
    "cancelled": _("Cancelled"),
    "aborting": _("Stopping"),
    "aborted": _("Stopped"),
    "pending": _("Waiting"),
    "sent": _("Sent"),
    "delivered": _("Delivered"),
    "waiting": _("Waiting"),
    "sending": _("Being sent"),
    "bounced": _("Came back"),
    # what became of a mail that came in
    "new_ticket": _("New ticket"),
    "reply": _("Reply"),
    "bounce": _("Delivery report"),
    "ignored": _("Ignored"),
    "suspended": _("Suspended"),
    "quarantined": _("Quarantined"),
    # how a mail came in, how a mail server is spoken to
    "imap": _("IMAP"),
    "pipe": _("Pipe"),
    "http": _("HTTP door"),
    "tls": _("TLS"),
    "starttls": _("STARTTLS"),
    "none": _("None"),
    "password": _("Password"),
    "oauth2": _("OAuth 2"),
    "mark": _("Mark as read"),
    "move": _("Move to a folder"),
    # who is blocked
    "address": _("Address"),
    "domain": _("Domain"),
    # why a letter is written
    "confirm_email": _("Confirm the address"),
    "already_registered": _("You have an account already"),
    "invitation": _("Invitation"),
    "invited_to_organization": _("Invitation by a colleague"),
    "reset_password": _("Choose a new password"),
    "magic_link": _("Link to sign in"),
    "confirm_request": _("Confirm a request without an account"),
    "confirm_address": _("Confirm another address"),
    "ticket_received": _("We have your request"),
    "ticket_answered": _("Answer to a ticket"),
    "ticket_link": _("A new link to a ticket"),
    "added_to_ticket": _("Asked to take part in a ticket"),
    "ticket_assigned": _("A ticket was assigned"),
    "customer_answered": _("A customer answered"),
    "delivery_failed": _("A mail did not arrive"),
    "second_factor_added": _("A second factor was added"),
    "second_factor_removed": _("A second factor was removed"),
}

# The same where there is little room: the columns of lists.
SHORT_LABELS: Mapping[str, LazyString] = {"waiting_on_customer": _("Waiting")}

# The same states told to the person who asked.
CUSTOMER_LABELS: Mapping[str, LazyString] = {
    "open": _("We have it"),
    "in_progress": _("We are on it"),
    "waiting_on_customer": _("Waiting for your answer"),
    "resolved": _("Solved"),
    "closed": _("Closed"),
}

# Colour means that somebody has to act, or that something just ended well; what rests is grey.
TONES: Mapping[str, str] = {
    "open": "ink",
    "in_progress": "teal",
    "resolved": "green",
    "high": "amber",
    "urgent": "red",
    "insert": "green",
    "update": "ink",
    "delete": "red",
    "doing": "teal",
    "succeeded": "green",
    "failed": "red",
    "aborted": "red",
    "sent": "green",
    "delivered": "green",
    "bounced": "red",
    "new_ticket": "green",
    "reply": "green",
    "suspended": "amber",
    "quarantined": "red",
    "admin": "ink",
}

STATUS_LOOKS: Mapping[str, str] = {
    "open": "open",
    "in_progress": "in-progress",
    "waiting_on_customer": "waiting",
    "resolved": "resolved",
    "closed": "closed",
}

# For customers the mark that calls is the one that waits for them.
CUSTOMER_LOOKS: Mapping[str, str] = {
    "open": "in-progress",
    "in_progress": "in-progress",
    "waiting_on_customer": "open",
    "resolved": "resolved",
    "closed": "closed",
}
