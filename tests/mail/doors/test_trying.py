"""Trying servers as they are typed: their own words, and no secret in them."""

from collections.abc import Callable

from helpdesk.core.db import db
from helpdesk.mail.doors.trying import Trial, try_incoming, try_outgoing
from helpdesk.mail.models import Mailbox, Security
from tests.support.debians_mail import free_port
from tests.support.fetching import Fetching
from tests.support.imap_server import PASSWORD, ImapServer

Mailboxes = Callable[..., Fetching]


def tried(mailbox: Fetching, attempt: Callable[[Mailbox], Trial] = try_incoming) -> Trial:
    with mailbox.inside():
        return attempt(db.session.get_one(Mailbox, mailbox.mailbox_id))


def test_each_step_is_told_in_the_servers_words(fetching: Mailboxes, imap: ImapServer) -> None:
    imap.put(b"A: b\r\n\r\n")

    trial = tried(fetching())

    assert trial.is_well
    assert trial.answers[0].startswith("Connected: * OK [CAPABILITY IMAP4rev1")
    assert trial.answers[1:] == ("Signed in: Done.", "Opened INBOX: 1 mails", "Able to: IDLE, MOVE, UIDPLUS")


def test_a_wrong_password_is_told_and_not_shown(fetching: Mailboxes, imap: ImapServer) -> None:
    imap.refuses["LOGIN"] = "[AUTHENTICATIONFAILED] No: sesame is wrong."

    trial = tried(fetching(password="sesame"))

    assert not trial.is_well
    assert "[AUTHENTICATIONFAILED] No: … is wrong." in trial.answers[-1]


def test_a_folder_that_is_not_there_is_told(fetching: Mailboxes, imap: ImapServer) -> None:
    trial = tried(fetching(imap_folder="Nowhere"))

    assert not trial.is_well
    assert "No such folder" in trial.answers[-1]


def test_a_server_that_is_not_there_is_told(fetching: Mailboxes, imap: ImapServer) -> None:
    trial = tried(fetching(imap_port=free_port()))

    assert trial == Trial(False, ("[Errno 111] Connection refused",))


def test_a_server_that_speaks_no_tls_is_told(fetching: Mailboxes, imap: ImapServer) -> None:
    for security in (Security.TLS, Security.STARTTLS):
        trial = tried(fetching(f"{security.value}@desk.test", imap_security=security))
        assert not trial.is_well
        assert trial.answers[-1]
    assert PASSWORD not in " ".join(imap.commands)


def test_what_is_not_typed_yet_is_told(fetching: Mailboxes, imap: ImapServer) -> None:
    assert tried(fetching("a@desk.test", imap_host=None)).answers == (
        "No server is named from which its mail could be fetched.",
    )
    assert tried(fetching("b@desk.test", password=None)).answers == (
        "No password is known for the server its mail is fetched from.",
    )
    assert tried(fetching("c@desk.test"), try_outgoing).answers == (
        "No server is named by which mail could be sent.",
    )
