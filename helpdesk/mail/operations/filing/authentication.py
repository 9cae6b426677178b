"""Whether the mailbox's own server has found out that a mail comes from its sender's domain (RFC 8601)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_PAIR = re.compile(r"([a-z0-9.-]+)\s*=\s*([^\s;=]+)", re.IGNORECASE)
_REFUTED = frozenset({"fail", "softfail", "hardfail", "permerror", "policy"})


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
    verdicts = [each.value for each in ours[0] if each.method == "dmarc"]
    if "fail" in verdicts:
        return Proof.FAILED
    if len(verdicts) > 1 or sum(each.method == "spf" for each in ours[0]) > 1:
        return Proof.UNKNOWN  # a server says each of these once
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
    """Who says it, and what; nothing of a header whose comments or quotes do not end."""
    plain = _without_comments(header)
    server, _, rest = plain.partition(";")
    words = server.split()
    return (words[0].casefold() if words else ""), rest


def _without_comments(text: str) -> str:
    """The structure alone: what a sender may have chosen, in comments and quoted words, is left out.

    Quotes count within comments too: servers put addresses there as they come.
    """
    kept: list[str] = []
    depth, is_quoted, is_escaped = 0, False, False
    for letter in text:
        if is_escaped:
            is_escaped = False
        elif letter == "\\":
            is_escaped = True
        elif letter == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif letter in "()":
            depth = depth + 1 if letter == "(" else depth - 1
            kept.append(" ")
            if depth < 0:
                return ""
        elif depth == 0:
            kept.append(letter)
    return "" if depth or is_quoted or is_escaped else "".join(kept)


def _results(text: str) -> Iterator[_Result]:
    for part in text.split(";"):
        pairs = [(name.casefold(), value.casefold()) for name, value in _PAIR.findall(part)]
        if pairs:
            (method, value), *properties = pairs
            yield _Result(method, value, dict(properties))
