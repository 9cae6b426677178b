"""Where a sender's signature begins."""

import re
from collections.abc import Sequence

MOST_LINES = 30
MOST_LINES_LOOSELY = 12
_DELIMITER = re.compile(r"^--\s*$")
_RULE = re.compile(r"^\s*(?:[—–]+|__+)\s*$")
_DEVICE = re.compile(
    r"^[\s*]*[(\[<]?(?:"
    r"sent (?:from|via|with|using) (?:my |the )?\S.{0,60}|get outlook for .{1,60}|sent on the go.{0,40}"
    r"|(?:von|mit) meine[mr] .{1,60} (?:gesendet|gesandt|geschickt).{0,20}"
    r"|(?:gesendet|gesandt) (?:von|mit|über) .{1,60}"
    r"|diese nachricht wurde von .{1,60} gesendet\.?"
    r"|envoy[ée] (?:de|depuis|à partir de) .{1,60}|enviado (?:desde|do|de|a partir) .{1,60}"
    r"|inviato (?:da|dal) .{1,60}|verzonden (?:vanaf|met|via|vanuit) .{1,60}|skickat från .{1,60}|sendt fra .{1,60}"
    r"|lähetetty .{1,60}|wysłan[eoy] z .{1,60}|odesláno z .{1,60}|отправлено (?:с|из) .{1,60}"
    r"|发自我的.{1,40}|iPhoneから送信|나의 .{1,40}에서 보냄"
    r")[)\]>*]?\s*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:app|and|but|because|yesterday|today|that|which|when)\b|[.!?]\s+\w", re.IGNORECASE
)


def signature_start(lines: Sequence[str]) -> int | None:
    """The line where the signature begins that ends these lines; None without one.

    Either what follows a line of dashes (RFC 3676, section 4.3, and looser forms), if it is short and something
    stands before it, or the words a phone adds.
    """
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    filled = 0
    start: int | None = None
    for at in range(last - 1, 0, -1):
        filled += bool(lines[at].strip())
        if filled > MOST_LINES:
            break
        if _DELIMITER.match(lines[at]) or (filled <= MOST_LINES_LOOSELY and _RULE.match(lines[at])):
            start = at
    return start if start is not None else _device_start(lines, last)


def _device_start(lines: Sequence[str], last: int) -> int | None:
    for at in (last - 1, last - 2):
        if at > 0 and _DEVICE.match(lines[at]) and not _SENTENCE.search(lines[at]):
            return at
    return None
