"""Small mails to begin a test with."""

from email import message_from_bytes
from email.message import Message

WORDS = "Hello, my printer does not print."


def mail(
    *fields: str, body: str = WORDS, sender: str = "Carl <carl@customer.example>", subject: str = "Printer"
) -> Message:
    """A mail with these header fields beside the usual ones."""
    head = [f"From: {sender}", "To: support@desk.example", f"Subject: {subject}", *fields]
    return message_from_bytes("\r\n".join([*head, "", body]).encode())


def multipart(
    kind: str, *parts: str, fields: tuple[str, ...] = (), sender: str = "Carl <carl@customer.example>"
) -> Message:
    """A mail of several parts, each with its own header fields and an empty line."""
    body = (
        "".join(f"--limit\r\n{part.replace(chr(10), chr(13) + chr(10))}\r\n" for part in parts)
        + "--limit--\r\n"
    )
    return mail(
        "MIME-Version: 1.0", f'Content-Type: {kind}; boundary="limit"', *fields, body=body, sender=sender
    )
