"""What administrators see of the mail: a mailbox out of reach, mails that became no ticket, a blocked sender."""

import io
from datetime import timedelta

from helpdesk.core import clock
from helpdesk.core.db import db
from helpdesk.files.operations import save
from helpdesk.mail.models import (
    BlockKind,
    Door,
    InboundMessage,
    Mailbox,
    MailboxState,
    Reason,
    SignIn,
    Verdict,
)
from helpdesk.mail.operations.blocking import block
from helpdesk.mail.parsing import parse
from tests.support.mailboxes import mailbox_of
from tests.support.mailed import letter
from tests.support.real_desk import RealDesk

HELD = ((Verdict.QUARANTINED, Reason.FORGED_TOKEN), (Verdict.SUSPENDED, Reason.SPAM))


def mail_of_the_desk(desk: RealDesk) -> dict[str, object]:
    """A mailbox at whose server nobody answers, a mail that is held, one that is suspended, and who is blocked."""
    with desk.doing("ada") as ada:
        mailbox = mailbox_of("sales@desk.test", imap_host="127.0.0.1", imap_port=1)
        mailbox.sign_in, mailbox.oauth_client_id = SignIn.OAUTH2, "desk"
        mailbox.oauth_authorize_url = mailbox.oauth_token_url = "https://login.example.com/oauth"
        state = db.session.get_one(MailboxState, mailbox.id)
        state.failed_at, state.failure = (
            clock.now() - timedelta(hours=1),
            "[AUTHENTICATIONFAILED] Invalid credentials",
        )
        blocked = block(kind=BlockKind.DOMAIN, value="spam.example", note="Every day", by=ada)
        held, _spam = (held_mail(mailbox, verdict, why) for verdict, why in HELD)
        return {"box": mailbox.id, "arrived": held, "blocked": blocked.id}


def held_mail(mailbox: Mailbox, verdict: Verdict, reason: Reason) -> int:
    """A mail that became no ticket."""
    raw = letter(sender=f"{verdict.value}@stranger.example", text="Pay at once.")
    blob = save(io.BytesIO(raw), filename="mail.eml")
    facts = {
        "verdict": verdict,
        "reason": reason,
        "sender": "olga@stranger.example",
        "subject": "Your invoice",
    }
    arrived = InboundMessage(
        mailbox_id=mailbox.id,
        door=Door.IMAP,
        sha256=blob.sha256,
        size=blob.size,
        parsed=parse(raw).as_json(),
        **facts,
    )
    db.session.add(arrived)
    db.session.flush()
    return arrived.id
