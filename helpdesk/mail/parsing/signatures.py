"""Where a sender's signature begins."""

import re
from collections.abc import Sequence

_DELIMITER = re.compile(r"^\s*(?:-- ?|--|—|––|__+)\s*$")
_DEVICE = re.compile(
    r"^\s*[(\[<]?(?:sent (?:from|via|with|using) (?:my |the )?.{1,60}|get outlook for .{1,40}"
    r"|(?:von|mit) meine?[mr] .{1,40} (?:gesendet|gesandt)|gesendet (?:von|mit|über) .{1,60}"
    r"|envoy[ée] (?:de|depuis|à partir de) .{1,60}|enviado desde .{1,60}|enviado (?:do|de|via) .{1,60}"
    r"|inviato da .{1,60}|verzonden (?:vanaf|met|via) .{1,60}|skickat från .{1,60}|sendt fra .{1,60}"
    r"|lähetetty .{1,60}|wysłan[eoy] z .{1,60}|отправлено (?:с|из) .{1,60}|发自我的.{1,40}|iPhoneから送信)[)\]>]?\s*$",
    re.IGNORECASE,
)
MOST_LINES = 30


def signature_start(lines: Sequence[str]) -> int | None:
    """The line where the signature begins that ends these lines; None without one."""
    for at, line in enumerate(lines):
        if _DELIMITER.match(line) and sum(bool(each.strip()) for each in lines[at:]) <= MOST_LINES and at:
            return at
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    return last - 1 if last > 1 and _DEVICE.match(lines[last - 1]) else None
