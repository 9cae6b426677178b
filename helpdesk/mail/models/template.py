"""MailTemplate: words an administrator has given a kind of letter, in place of ours."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from helpdesk.audit.models import Audited
from helpdesk.core.db import Base, Id, Timestamps
from helpdesk.mail.models.outbox import MailPurpose


class MailTemplate(Audited, Timestamps, Base):
    """Subject and text with placeholders of an allow-list (mail.templates): no Jinja, no attributes."""

    __tablename__ = "mail_templates"
    __table_args__ = (UniqueConstraint("purpose"),)
    audit_digest = frozenset({"subject", "content"})

    id: Mapped[Id]
    purpose: Mapped[MailPurpose]
    subject: Mapped[str]
    content: Mapped[str]
