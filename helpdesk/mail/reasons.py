"""What became of a mail, and why, in words: sentences for the pages of administrators."""

from collections.abc import Mapping

from helpdesk.mail.models import Reason, Verdict


def _(words: str) -> str:
    """Marks words for the translators; the web says them in the reader's language."""
    return words


VERDICTS: Mapping[Verdict, str] = {
    Verdict.WAITING: _("Waits to be read"),
    Verdict.NEW_TICKET: _("New ticket"),
    Verdict.REPLY: _("Reply"),
    Verdict.BOUNCE: _("Delivery report"),
    Verdict.IGNORED: _("Ignored"),
    Verdict.SUSPENDED: _("Suspended"),
    Verdict.QUARANTINED: _("Quarantined"),
    Verdict.FAILED: _("Failed"),
}

REASONS: Mapping[Reason, str] = {
    Reason.AUTOMATIC: _("A machine wrote it: nothing automatic answers, and it reopens nothing."),
    Reason.OWN_MAIL: _("It comes from one of our own addresses, or it is a mail of ours that came back."),
    Reason.LOOP: _("Too many like it came within an hour: two machines may be answering each other."),
    Reason.BLOCKED: _("Its sender is on the block list."),
    Reason.SPAM: _("The mail server of this mailbox marked it as spam."),
    Reason.MARKED_AS_SPAM: _("Somebody marked its ticket as spam."),
    Reason.FORGED_TOKEN: _("It carries a reply token that we did not write."),
    Reason.FOREIGN_TOKEN: _("It carries the reply token of somebody else who works here."),
    Reason.NO_LONGER_ALLOWED: _("Its sender may not do this any more."),
    Reason.NOT_A_PARTICIPANT: _("Its sender takes no part in the ticket: agents admit it or move it."),
    Reason.NUMBER_IN_SUBJECT: _("It only names a ticket in its subject: linked to it, for agents."),
    Reason.TOO_LATE: _("It answers a ticket that was closed too long ago: linked to it."),
    Reason.NO_TOKEN: _("It answers in the name of somebody who works here, without a reply token of theirs."),
    Reason.NOT_VERIFIED: _(
        "The mail server of this mailbox says that the sender is not who it claims to be."
    ),
    Reason.DUPLICATE: _("The same mail came to this mailbox before, by another way."),
    Reason.NO_SENDER: _("It does not say who sent it."),
    Reason.UNREADABLE: _("It could not be read."),
    Reason.TOO_LARGE: _("It is larger than a mail may be."),
    Reason.NOT_FILED: _("It could be read and not be filed."),
}
