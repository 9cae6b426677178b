"""Everything about one's own account on one page, whichever of its forms was refused."""

from typing import Any

from flask import g, render_template
from sqlalchemy import or_, select

from helpdesk.accounts.models import EmailAddress, User
from helpdesk.core.current import DatabaseRole
from helpdesk.core.db import db
from helpdesk.core.row_security import acting_as
from helpdesk.web.customers.profile_forms import AboutForm, ChangePasswordForm, NewAddressForm
from helpdesk.web.devices import devices_of


def profile_page(**refused: Any) -> str:
    """The page; `about`, `address` or `password` is the form that was refused."""
    with acting_as(db.session(), DatabaseRole.AUTH):  # the customers' role reads no sessions
        addresses, devices = db.session.execute(addresses_of(g.customer)).all(), devices_of(g.customer)
    return render_template(
        "customers/profile/edit.html",
        about=refused.get("about") or AboutForm(g.customer),
        address=refused.get("address") or NewAddressForm(formdata=None),
        password=refused.get("password") or ChangePasswordForm(formdata=None),
        has_password=g.customer.password_hash is not None,
        addresses=addresses,
        devices=devices,
    )


def addresses_of(person: User) -> Any:
    """Those that are theirs, the one we write to first. What they only claim is not shown: it may be another's."""
    return (
        select(EmailAddress.email, EmailAddress.is_primary, EmailAddress.verified_at)
        .where(
            EmailAddress.user_id == person.id,
            or_(EmailAddress.verified_at.is_not(None), EmailAddress.is_primary),
        )
        .order_by(EmailAddress.is_primary.desc(), EmailAddress.id)
    )
