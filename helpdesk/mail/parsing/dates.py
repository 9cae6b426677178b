"""Moments of header fields."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_EARLIEST, _LATEST = 1970, 2100  # years; others come from clocks that were never set
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?")


def moment(value: str) -> datetime | None:
    """The moment of a Date field, in UTC; None where it names none."""
    text = " ".join(value[:200].split())
    found = _rfc(text) or _iso(text)
    if found is None or not _EARLIEST <= found.year <= _LATEST:
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _rfc(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    found = _ISO.search(text)
    try:
        return datetime.fromisoformat(found.group().replace(" ", "T")) if found else None
    except ValueError:
        return None
