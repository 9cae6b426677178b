"""Whether the mailbox's own server has found out that a mail comes from its sender's domain (RFC 8601)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_COMMENT = re.compile(r"\([^()]*\)")
_PAIR = re.compile(r"([a-z0-9.-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)
_REFUTED = frozenset({"fail", "softfail", "hardfail", "permerror", "policy"})
MOST_COMMENTS = 50


class Proof(StrEnum):
    """What that server says."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Nothing, or we do not know which server to believe."""


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    value: str
    properties: Mapping[str, str]


def proof_of(headers: Sequence[str], *, authserv_id: str, domain: str) -> Proof:
    """What Authentication-Results headers, the newest first, prove of mail From: somebody@domain.

    Only those of `authserv_id` count. Of a pass only the newest is believed: those below may have come with the mail.
    A domain counts for itself and for those below it.
    """
    ours = [
        list(_results(rest))
        for server, rest in map(_split, headers)
        if authserv_id and server == authserv_id.casefold()
    ]
    if not ours or not domain:
        return Proof.UNKNOWN
    verdicts = {each.value for each in ours[0] if each.method == "dmarc"}
    if "fail" in verdicts:
        return Proof.FAILED
    if any(_passes(each, domain.casefold()) for each in ours[0]):
        return Proof.PASSED
    return Proof.FAILED if any(each.value in _REFUTED for all_ in ours for each in all_) else Proof.UNKNOWN


def _passes(result: _Result, domain: str) -> bool:
    if result.value != "pass":
        return False
    named = result.properties.get
    if result.method == "dmarc":
        return named("header.from", domain) == domain
    if result.method == "dkim":
        signer = named("header.d") or named("header.i", "").rpartition("@")[2]
    elif result.method == "spf":
        signer = (named("smtp.mailfrom") or named("smtp.mail") or "").rpartition("@")[2]
    else:
        return False
    return "." in signer and (domain == signer or domain.endswith(f".{signer}"))


def _split(header: str) -> tuple[str, str]:
    """Who says it, and what."""
    plain = header
    for _ in range(MOST_COMMENTS):  # they nest
        plain, count = _COMMENT.subn(" ", plain)
        if not count:
            break
    server, _, rest = plain.partition(";")
    words = server.split()
    return (words[0].casefold() if words else ""), rest


def _results(text: str) -> Iterator[_Result]:
    for part in text.split(";"):
        pairs = [(name.casefold(), value.strip('"').casefold()) for name, value in _PAIR.findall(part)]
        if pairs:
            (method, value), *properties = pairs
            yield _Result(method, value, dict(properties))
