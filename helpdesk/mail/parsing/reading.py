"""parse(): all that is read of a mail, put together. It never raises: what is wrong with a mail is told in it."""

import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from html import unescape
from typing import TypeVar

from helpdesk.core.html import clean_text, html_to_text
from helpdesk.mail.parsing.addresses import LONGEST_NAME, MOST, mailboxes
from helpdesk.mail.parsing.attachments import attached, opened
from helpdesk.mail.parsing.automatic import automatic_reason
from helpdesk.mail.parsing.bodies import LONGEST_HTML, Contents, contents
from helpdesk.mail.parsing.bounces import bounce_in
from helpdesk.mail.parsing.dates import moment
from helpdesk.mail.parsing.forwarded import forwarded_from
from helpdesk.mail.parsing.headers import words
from helpdesk.mail.parsing.identifiers import message_id, message_ids
from helpdesk.mail.parsing.messages import message_of
from helpdesk.mail.parsing.parsed import Mailbox, ParsedMail
from helpdesk.mail.parsing.quoting import Reply, split_reply
from helpdesk.mail.parsing.reduced_html import reduced
from helpdesk.mail.parsing.structure import Budget, Part, tree

Found = TypeVar("Found")

logging.getLogger("flufl.bounce").setLevel(
    logging.CRITICAL
)  # it tells of each rule that stumbles over a mail
LONGEST_SUBJECT = 2_000
LONGEST_TEXT = 1_000_000
LONGEST_VALUE = 10_000
MOST_VALUES = 50
_TAG = re.compile(r"<[^<>]*>")
_ASKED_FOR = (
    *(
        "authentication-results",
        "auto-submitted",
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "return-path",
    ),
    *(
        "precedence",
        "list-id",
        "x-spam-flag",
        "x-spam-status",
        "x-spam-score",
        "x-helpdesk-loop",
        "received-spf",
    ),
)


def parse(raw: bytes, *, with_html: bool = True) -> ParsedMail:
    """What a mail says, whatever it is. Pure; parsing.child bounds its time and memory.

    Without its HTML, the words of that stay, and nothing slow is done.
    """
    try:
        return _Reader(raw, with_html=with_html).mail()
    except MemoryError:  # of the machine, not of the mail
        raise
    except Exception as error:  # whatever it is, the mail is kept, shown as bytes, and somebody told
        return ParsedMail(
            text=clean_text(raw[:LONGEST_VALUE].decode("utf-8", "replace")),
            problems=(f"It could not be read ({type(error).__name__}).",),
        )


class _Reader:
    """One mail while it is read, and what was wrong with it so far."""

    def __init__(self, raw: bytes, *, with_html: bool = True) -> None:
        self.problems: list[str] = []
        self.with_html = with_html
        budget = Budget()
        self.root: Part = tree(raw, budget)
        self.charset = next((part.charset for part in self.root.walk() if part.charset), "")
        if budget.is_spent:
            self.problems.append("It has too many parts, or too deep in each other; not all were opened.")

    def mail(self) -> ParsedMail:
        found = contents(self.root)
        self.problems += opened(found)
        markup = self._markup(found)
        files = attached(found.files, markup)
        ids = {file.content_id for file in files if file.content_id}
        text = self._text(found)
        message = message_of(self.root)
        forwarded = self._tried(
            "It was not seen whether it is forwarded", None, lambda: forwarded_from(message, text, markup)
        )
        reply = self._tried(
            "Its history was not recognised",
            Reply(text, markup, ""),
            lambda: split_reply(text, markup, is_forwarded=forwarded is not None),
        )
        html = self._reduced(markup, ids)
        sender = self._sender()
        return ParsedMail(
            from_address=sender.address,
            from_name=sender.name,
            to=self._mailboxes("to"),
            cc=self._mailboxes("cc"),
            reply_to=self._mailboxes("reply-to"),
            message_id=message_id(self._words("message-id")),
            in_reply_to=message_ids(self._words("in-reply-to")),
            references=message_ids(self._words("references")),
            date=self._date(),
            subject=self._words("subject")[:LONGEST_SUBJECT],
            text=text,
            reply_text=clean_text(reply.text),
            html=html,
            reply_html=self._reduced(reply.html, ids) if reply.quoted_html else html,
            quoted_html=self._reduced(reply.quoted_html, ids),
            raw_html=markup,
            attachments=files,
            automatic=self._tried(
                "It was not seen whether it is automatic", None, lambda: automatic_reason(message)
            ),
            bounce=self._tried("It was not seen whether it is a bounce", None, lambda: bounce_in(message)),
            headers=self._headers(),
            forwarded_from=forwarded,
            problems=tuple(dict.fromkeys(self.problems)),
        )

    def _tried(self, problem: str, otherwise: Found, reading: Callable[[], Found]) -> Found:
        """What this part of the reading finds; where it stumbles, the rest of the mail still counts."""
        try:
            return reading()
        except Exception as error:  # many rules and foreign parts over foreign words
            self.problems.append(f"{problem} ({type(error).__name__}).")
            return otherwise

    def _markup(self, found: Contents) -> str:
        if not self.with_html:
            return ""
        markup = found.markup
        if len(markup) > LONGEST_HTML:
            self.problems.append("Its HTML is too long; the rest is in the original only.")
        return markup[:LONGEST_HTML]

    def _reduced(self, markup: str, ids: set[str]) -> str:
        if not markup.strip():
            return ""
        return self._tried("Its HTML could not be reduced", "", lambda: clean_text(reduced(markup, ids)))

    def _text(self, found: Contents) -> str:
        stretches = [
            segment.text if segment.text.strip() else self._plain(segment.markup)
            for segment in found.segments
        ]
        text = "\n\n".join(stretch.strip("\n").rstrip() for stretch in stretches if stretch.strip())
        if len(text) > LONGEST_TEXT:
            self.problems.append("Its text is too long; the rest is in the original only.")
        return text[:LONGEST_TEXT]

    def _plain(self, markup: str) -> str:
        if not markup.strip():
            return ""
        if not self.with_html:
            return clean_text(unescape(_TAG.sub(" ", markup[:LONGEST_HTML])))
        return self._tried(
            "Its HTML has no plain text", "", lambda: html_to_text(reduced(markup[:LONGEST_HTML], ()))
        )

    def _words(self, name: str) -> str:
        return words(self.root.field(name), self.charset)

    def _headers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.root.fields:
            values = found.setdefault(name.lower(), []) if name.lower() in _ASKED_FOR else []
            if len(values) < MOST_VALUES:
                values.append(words(value, self.charset)[:LONGEST_VALUE])
        return found

    def _date(self) -> datetime | None:
        value = self._words("date")
        found = moment(value)
        if value and found is None:
            self.problems.append("Its Date names no moment.")
        return found

    def _sender(self) -> Mailbox:
        """Who wrote it: From, else Sender. More than one From is one too many: the first counts.

        Where none is an address, From stands as a name.
        """
        fields = [value for name, value in self.root.fields if name.lower() == "from"]
        if len(fields) > 1:
            self.problems.append("It has more than one From.")
        boxes = self._mailboxes("from")
        if not boxes:
            self.problems.append("It does not say whom it is from.")
            boxes = self._mailboxes("sender")
        return boxes[0] if boxes else Mailbox("", self._words("from")[:LONGEST_NAME])

    def _mailboxes(self, name: str) -> Sequence[Mailbox]:
        """Of the first field of this name, but of all of To and Cc: some programs repeat them."""
        values = [value for given, value in self.root.fields if given.lower() == name]
        found: list[Mailbox] = []
        for value in values[:MOST_VALUES] if name in {"to", "cc"} else values[:1]:
            boxes, problem = mailboxes(value, self.charset)
            found += boxes
            if problem:
                self.problems.append(f"Its {name.title()} {problem}.")
        return tuple(dict.fromkeys(found))[:MOST]
