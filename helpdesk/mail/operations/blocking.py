"""The block list: addresses and domains whose mail is suspended, replies included."""

from sqlalchemy import ColumnElement, Select, func, or_, select

from helpdesk.accounts.addresses import NotAnAddress, email_key
from helpdesk.accounts.domains import PUBLIC, domain_of
from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.db import db
from helpdesk.core.errors import Unwelcome
from helpdesk.core.lines import one_line
from helpdesk.mail.models import BlockedSender, BlockKind
from helpdesk.mail.own_addresses import is_own, own_addresses

LONGEST_NOTE = 200


class NotBlockable(Unwelcome):
    """Blocking this would keep out whom nobody can mean."""

    status = 422


def block(*, kind: BlockKind, value: str, note: str = "", by: User) -> BlockedSender:
    """Suspend what comes from here from now on; who is blocked already stays so. Raises NotBlockable."""
    wanted = _cleaned(kind, value)
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"block {wanted}"))))
    known = db.session.scalars(select(BlockedSender).where(BlockedSender.value == wanted)).one_or_none()
    if known is not None:
        return known
    _refuse_our_own(kind, wanted)
    blocked = BlockedSender(kind=kind, value=wanted, note=one_line(note)[:LONGEST_NOTE], created_by_id=by.id)
    db.session.add(blocked)
    db.session.flush()
    return blocked


def unblock(blocked: BlockedSender, *, by: User) -> None:
    """Take it off the list: what comes from now on is let in."""
    db.session.delete(blocked)
    db.session.flush()


def is_blocked(key: str) -> ColumnElement[bool]:
    """Whether a row of the list is about this normalised address: itself, its domain or one above it."""
    labels = domain_of(key).split(".")
    domains = [".".join(labels[place:]) for place in range(len(labels))]
    return or_(
        (BlockedSender.kind == BlockKind.ADDRESS) & (BlockedSender.value == key),
        (BlockedSender.kind == BlockKind.DOMAIN) & BlockedSender.value.in_(domains),
    )


def block_of(key: str) -> BlockedSender | None:
    """What on the list is about this normalised address."""
    return db.session.scalars(select(BlockedSender).where(is_blocked(key)).limit(1)).one_or_none()


def _cleaned(kind: BlockKind, value: str) -> str:
    try:
        if kind is BlockKind.ADDRESS:
            return email_key(value)
        return domain_of(email_key(f"somebody@{value.strip().removeprefix('@').rstrip('.')}"))
    except NotAnAddress as error:
        example = "name@example.com" if kind is BlockKind.ADDRESS else "example.com"
        raise NotBlockable(
            f"“{one_line(value)[:100]}” cannot be blocked. Write it like this: {example}."
        ) from error


def _refuse_our_own(kind: BlockKind, value: str) -> None:
    own = own_addresses()
    if kind is BlockKind.ADDRESS:
        if is_own(value, own):
            raise NotBlockable(f"{value} is an address of our own.")
        if db.session.scalar(_of_staff().where(EmailAddress.email_key == value).limit(1)) is not None:
            raise NotBlockable(f"{value} belongs to somebody who works here.")
        return
    if value in PUBLIC:
        raise NotBlockable(f"Anybody can have an address at {value}. Block the one address.")
    theirs = db.session.scalars(_of_staff().where(_below(value)).limit(1)).one_or_none()
    if theirs is not None or any(_is_below(domain_of(each), value) for each in own):
        raise NotBlockable(f"{value} is where we have our own addresses.")


def _of_staff() -> Select[str]:
    return select(EmailAddress.email_key).join(EmailAddress.user).where(User.is_staff, User.is_active)


def _below(domain: str) -> ColumnElement[bool]:
    key = EmailAddress.email_key
    return or_(key.endswith(f"@{domain}", autoescape=True), key.endswith(f".{domain}", autoescape=True))


def _is_below(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith(f".{parent}")
