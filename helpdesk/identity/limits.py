"""How often strangers may try: counted in PostgreSQL, in transactions of their own, before anything is looked at.

A try is written down before the password is compared, under a lock on account and network: two hundred guesses at once
are two hundred rows one after the other. A refused request rolls back its own work, never its count.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.accounts.models import User
from helpdesk.core import clock, current
from helpdesk.core.db import db
from helpdesk.core.errors import TooMany
from helpdesk.core.tokens import digest
from helpdesk.identity.models import AttemptKind, SignInAttempt

ACCOUNT_LOCK, NETWORK_LOCK = 7101, 7102  # the first halves of advisory locks


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries within a span, counted for the account, the network or the pair of both."""

    times: int
    within: timedelta
    per_account: bool = False
    per_network: bool = False


SIGN_IN_LIMITS = (
    Limit(5, timedelta(minutes=15), per_account=True, per_network=True),
    Limit(30, timedelta(minutes=15), per_network=True),
)
SIGN_IN_LIMIT_OF_STRANGE_NETWORKS = Limit(50, timedelta(hours=1), per_account=True)
"""For networks the account was never signed in from: many strangers together do not lock its owner out."""

MAIL_LIMIT_OF_ADDRESS = Limit(3, timedelta(hours=1), per_account=True)
MAIL_LIMIT_OF_OWNER = Limit(3, timedelta(hours=1), per_account=True, per_network=True)
"""From networks the account was signed in from: what strangers asked for elsewhere does not keep its owner waiting."""
MAIL_LIMITS = (Limit(30, timedelta(hours=1), per_network=True),)
GUEST_LIMITS = (
    Limit(10, timedelta(hours=1), per_network=True),
    Limit(30, timedelta(days=1), per_network=True),
)
"""Requests of guests weigh more than links: each keeps words and files until it is confirmed."""
SECOND_FACTOR_LIMITS = (
    Limit(5, timedelta(minutes=15), per_account=True, per_network=True),
    Limit(50, timedelta(days=1), per_account=True),
)
"""Only who gave the first proof comes so far. Three of a million codes are good: so few guesses a day find none."""
NAMED_ADDRESS_LIMITS = (Limit(30, timedelta(hours=1), per_account=True),)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries what: the account as a digest of the address that was typed, the network as /24 or /64."""

    kind: AttemptKind
    account_key: str
    network: str

    def matching(self, *, account: bool, network: bool) -> ColumnElement[bool]:
        """The rows of the same kind with this account, this network, or both."""
        where = SignInAttempt.kind == self.kind
        if account:
            where &= SignInAttempt.account_key == self.account_key
        if network:
            where &= SignInAttempt.network == self.network
        return where


def claim_sign_in(email: str) -> Attempt:
    """Count a try to sign in. Raises TooMany, without counting, where there were too many that failed."""
    attempt = _attempt(AttemptKind.SIGN_IN, email)
    with _kept(attempt) as session:
        limits = list(SIGN_IN_LIMITS)
        if not _is_known_here(session, attempt):
            limits.append(SIGN_IN_LIMIT_OF_STRANGE_NETWORKS)
        _refuse_beyond(session, attempt, limits)
        _write(session, attempt)
    return attempt


def claim_mail(email: str) -> bool:
    """Count a mail that a stranger asks for. False where the address has had enough of them: nobody is told.

    Raises TooMany, without counting, where the network asked too often.
    """
    attempt = _attempt(AttemptKind.MAIL_LINK, email)
    with _kept(attempt) as session:
        _refuse_beyond(session, attempt, MAIL_LIMITS)
        is_owner = _is_known_here(session, replace(attempt, kind=AttemptKind.SIGN_IN))
        limit = MAIL_LIMIT_OF_OWNER if is_owner else MAIL_LIMIT_OF_ADDRESS
        is_welcome = _seconds_to_wait(session, attempt, limit) is None
        if is_welcome:
            _write(session, attempt)
    return is_welcome


def claim_guest_request(email: str) -> bool:
    """Count a request of somebody who is not signed in, and the mail it asks for: see `claim_mail`."""
    attempt = _attempt(AttemptKind.GUEST_REQUEST, email)
    with _kept(attempt) as session:
        _refuse_beyond(session, attempt, GUEST_LIMITS)
        _write(session, attempt)
    return claim_mail(email)


def remember_here(email: str) -> None:
    """Whoever signed in by a mailed link has the address: its owner is known in this network from now on."""
    attempt = _attempt(AttemptKind.SIGN_IN, email)
    db.session.add(
        SignInAttempt(
            kind=attempt.kind, account_key=attempt.account_key, network=attempt.network, succeeded=True
        )
    )


def claim_named_address(person: User) -> None:
    """Count an address to which a customer has the desk write: somebody to take part, a colleague to join.

    Raises TooMany, without counting, where they named too many.
    """
    network = network_of(current.entry().ip)
    attempt = Attempt(AttemptKind.NAMED_ADDRESS, digest(f"named by {person.id}"), network)
    with _kept(attempt) as session:
        _refuse_beyond(session, attempt, NAMED_ADDRESS_LIMITS, why="Many addresses were named here lately.")
        _write(session, attempt)


def claim_second_factor(person_id: int) -> Attempt:
    """Count a code that is tried. Raises TooMany, without counting, where there were too many that failed."""
    network = network_of(current.entry().ip)
    attempt = Attempt(AttemptKind.SECOND_FACTOR, digest(f"second factor of {person_id}"), network)
    with _kept(attempt) as session:
        _refuse_beyond(session, attempt, SECOND_FACTOR_LIMITS)
        _write(session, attempt)
    return attempt


def forgive(attempt: Attempt) -> None:
    """The try was right: those before it from the same network were slips of the same hand."""
    same = attempt.matching(account=True, network=True)
    db.session.execute(
        update(SignInAttempt).where(same, ~SignInAttempt.succeeded).values(succeeded=True),
        execution_options={"synchronize_session": False},
    )


def network_of(address: str | None) -> str:
    """The network that counts as one place: /24 of IPv4, /64 of IPv6; a word where there is no address."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found, 24 if found.version == 4 else 64), strict=False))


def account_key(email: str) -> str:
    """What is kept of the address: all its spellings have the same."""
    try:
        return digest(email_key(email))
    except NotAnAddress:
        return digest(email.strip().casefold())


def _attempt(kind: AttemptKind, email: str) -> Attempt:
    return Attempt(kind, account_key(email), network_of(current.entry().ip))


@contextmanager
def _kept(attempt: Attempt) -> Iterator[Session]:
    """A transaction that stays whatever becomes of the request; one at a time for the account and the network."""
    with db.session.session_factory() as session, session.begin():
        for number, key in ((ACCOUNT_LOCK, attempt.account_key), (NETWORK_LOCK, attempt.network)):
            session.execute(select(func.pg_advisory_xact_lock(number, func.hashtext(key))))
        yield session


def _refuse_beyond(
    session: Session,
    attempt: Attempt,
    limits: Sequence[Limit],
    *,
    why: str = "To keep accounts safe we count tries.",
) -> None:
    waits = [wait for limit in limits if (wait := _seconds_to_wait(session, attempt, limit)) is not None]
    if waits:
        minutes = -(-max(waits) // 60)
        when = "a minute" if minutes == 1 else f"{minutes} minutes"
        raise TooMany(f"{why} Try again in {when}.", retry_after=max(waits))


def _seconds_to_wait(session: Session, attempt: Attempt, limit: Limit) -> int | None:
    """Until there is room for one more try; None where there is."""
    now = clock.now()
    counted = attempt.matching(account=limit.per_account, network=limit.per_network)
    recent = SignInAttempt.occurred_at > now - limit.within
    count, oldest = session.execute(
        select(func.count(), func.min(SignInAttempt.occurred_at)).where(
            counted, recent, ~SignInAttempt.succeeded
        )
    ).one()
    return None if count < limit.times else max(1, int((oldest + limit.within - now).total_seconds()) + 1)


def _is_known_here(session: Session, attempt: Attempt) -> bool:
    same = attempt.matching(account=True, network=True)
    return bool(session.scalar(select(exists().where(same, SignInAttempt.succeeded))))


def _write(session: Session, attempt: Attempt) -> None:
    session.add(SignInAttempt(kind=attempt.kind, account_key=attempt.account_key, network=attempt.network))
