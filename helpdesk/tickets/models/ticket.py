"""Ticket: one request for help, from its first words to its closing."""

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, ForeignKey, Index, Sequence, and_, literal_column, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Organization, Team, User
from helpdesk.audit.models import Audited
from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.db import Base, Id, Utc
from helpdesk.tickets.models.assignment import Assignment
from helpdesk.tickets.models.comment import Comment
from helpdesk.tickets.models.deadlines import Deadlines
from helpdesk.tickets.models.lifecycle import LIFECYCLE_CHECKS
from helpdesk.tickets.models.links import ticket_participants, ticket_watchers
from helpdesk.tickets.models.status import TicketPriority
from helpdesk.tickets.models.tag import Tag, ticket_tags
from helpdesk.tickets.models.words import words_index

if TYPE_CHECKING:
    from typing import Any

ticket_numbers = Sequence("ticket_numbers", metadata=Base.metadata)
_OPEN = "deleted_at is null and status in ('open', 'in_progress', 'waiting_on_customer')"


class Ticket(Deadlines, Assignment, Audited, Base):
    """Whose ticket it is (`requester`) owns visibility; who typed it (`creator`) may be somebody else."""

    __tablename__ = "tickets"
    __table_args__ = (
        *LIFECYCLE_CHECKS,
        Index("ix_tickets_open_due", "due_at", "id", postgresql_where=_OPEN),
        Index("ix_tickets_open_created", "created_at", "id", postgresql_where=_OPEN),
        Index("ix_tickets_open_assignee", "assignee_id", postgresql_where=_OPEN),
        Index(None, "updated_at"),
        Index(None, "created_at"),
        Index(None, "first_responded_at"),
        words_index("ix_tickets_title_words", "title"),
        Index(
            "ix_tickets_delivery_failed",
            "delivery_failed_at",
            postgresql_where="delivery_failed_at is not null",
        ),
        Index("ix_tickets_deleted", "deleted_at", postgresql_where="deleted_at is not null"),
        Index(None, "requester_id", "last_public_at"),
        Index(None, "organization_id", "last_public_at"),
    )
    audit_skip = frozenset({"updated_at", "version", "last_activity_at", "last_public_at"})
    audit_relations = frozenset({"tags", "watchers", "participants"})

    id: Mapped[Id]
    version: Mapped[int] = mapped_column()
    ticket_number: Mapped[str] = mapped_column(
        unique=True, server_default=literal_column("'HD-' || nextval('ticket_numbers')")
    )
    title: Mapped[str]
    priority: Mapped[TicketPriority] = mapped_column(default=TicketPriority.MEDIUM, index=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    creator_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))
    via: Mapped[Via]
    last_activity_at: Mapped[Utc] = mapped_column(default=clock.now, index=True)
    """When a comment was last published, internal notes included: for staff only."""
    last_public_at: Mapped[Utc] = mapped_column(default=clock.now)
    """When a public comment was last published: all that customers may know."""
    deleted_at: Mapped[Utc | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailboxes.id"), index=True)
    """Where the request came in: answers leave from there, unless its team has a mailbox of its own."""
    delivery_failed_at: Mapped[Utc | None]
    """Since when an answer is known not to have arrived; null again once it was sent anew or somebody saw to it."""

    requester: Mapped[User] = relationship(foreign_keys=requester_id, lazy="raise")
    creator: Mapped[User] = relationship(foreign_keys=creator_id, lazy="raise")
    assignee: Mapped[User | None] = relationship(foreign_keys=lambda: [Ticket.assignee_id], lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")
    organization: Mapped[Organization | None] = relationship(lazy="raise")
    comments: Mapped[list[Comment]] = relationship(
        back_populates="ticket",
        foreign_keys=Comment.ticket_id,
        cascade="all, delete-orphan",
        order_by=(Comment.created_at, Comment.id),
        lazy="raise",
    )
    tags: Mapped[list[Tag]] = relationship(secondary=ticket_tags, order_by=Tag.name, lazy="raise")
    watchers: Mapped[list[User]] = relationship(secondary=ticket_watchers, order_by=User.id, lazy="raise")
    participants: Mapped[list[User]] = relationship(
        secondary=ticket_participants, order_by=User.id, lazy="raise"
    )
    opening: Mapped[Comment] = relationship(
        primaryjoin=lambda: and_(Comment.ticket_id == Ticket.id, Comment.is_opening),
        foreign_keys=Comment.ticket_id,
        viewonly=True,
        uselist=False,
    )

    # two pages that save the same ticket are told apart by its version
    __mapper_args__ = {"version_id_col": version}

    @hybrid_property
    def description(self) -> str:
        """The words the ticket was opened with: plain text of its opening comment."""
        return self.opening.content

    @description.inplace.expression
    @classmethod
    def _description_sql(cls) -> "ColumnElement[Any]":
        return (
            select(Comment.content)
            .where(Comment.ticket_id == cls.id, Comment.is_opening)
            .correlate_except(Comment)
            .scalar_subquery()
        )

    def audit_ticket_id(self) -> int | None:
        return self.id
