"""Ticket: one request for help, from its first words to its closing."""

from typing import Any

from sqlalchemy import DDL, ColumnElement, ForeignKey, Index, Sequence, and_, desc, literal_column, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.accounts.models import Organization, Team, User
from helpdesk.audit.models import Audited
from helpdesk.core import clock
from helpdesk.core.current import Via
from helpdesk.core.db import Base, Id, Utc
from helpdesk.tickets.models.assignment import Assignment
from helpdesk.tickets.models.comment import Comment
from helpdesk.tickets.models.deadlines import ACT_BY, Deadlines
from helpdesk.tickets.models.lifecycle import LIFECYCLE_CHECKS
from helpdesk.tickets.models.links import ticket_participants, ticket_watchers
from helpdesk.tickets.models.status import TicketPriority, TicketStatus, rank_in_sql
from helpdesk.tickets.models.tag import Tag, ticket_tags
from helpdesk.tickets.models.words import words_index

ticket_numbers = Sequence("ticket_numbers", metadata=Base.metadata)
_ACT_BY: ColumnElement[Any] = literal_column(f"({ACT_BY})")
_OPEN = "deleted_at is null and status in ('open', 'in_progress', 'waiting_on_customer')"
# of a large table ANALYZE finds a third of the requesters, and believes that each has many tickets
_FEW_OF_EACH = DDL("alter table tickets alter column requester_id set (n_distinct = -0.2)")  # type: ignore[no-untyped-call]


class Ticket(Deadlines, Assignment, Audited, Base):
    """Whose ticket it is (`requester`) owns visibility; who typed it (`creator`) may be somebody else."""

    __tablename__ = "tickets"
    __table_args__ = (
        *LIFECYCLE_CHECKS,
        Index("ix_tickets_open_by_due", _ACT_BY, "id", postgresql_where=_OPEN),
        Index(
            "ix_tickets_unassigned_by_due", _ACT_BY, "id", postgresql_where=f"{_OPEN} and assignee_id is null"
        ),
        Index("ix_tickets_assignee_by_due", "assignee_id", _ACT_BY, "id", postgresql_where=_OPEN),
        Index("ix_tickets_team_by_due", "team_id", _ACT_BY, "id", postgresql_where=_OPEN),
        Index(None, "updated_at"),
        Index(
            "ix_tickets_by_creation",
            "created_at",
            postgresql_include=["last_activity_at", "id", "deleted_at"],
        ),
        Index(
            "ix_tickets_by_activity",
            desc("last_activity_at"),
            desc("id"),
            postgresql_where="deleted_at is null",
        ),
        Index(
            "ix_tickets_settled_by_activity",
            desc("last_activity_at"),
            desc("id"),
            postgresql_where="deleted_at is null and resolved_at is not null",
        ),
        Index(None, "first_responded_at"),
        words_index("ix_tickets_title_words", "title"),
        Index(
            "ix_tickets_delivery_failed",
            "delivery_failed_at",
            postgresql_where="delivery_failed_at is not null",
        ),
        Index(
            "ix_tickets_by_priority",
            desc(literal_column(f"({rank_in_sql('priority', TicketPriority)})")),
            desc("last_activity_at"),
            desc("id"),
            postgresql_where="deleted_at is null",
        ),
        Index(
            "ix_tickets_by_status",
            literal_column(f"({rank_in_sql('status', TicketStatus)})"),
            desc("last_activity_at"),
            desc("id"),
            postgresql_where="deleted_at is null",
        ),
        Index("ix_tickets_bin", "deleted_at", "id", postgresql_where="deleted_at is not null"),
        Index(None, "requester_id", "last_public_at"),
        Index(None, "organization_id", "last_public_at"),
        {"listeners": [("after_create", _FEW_OF_EACH)]},
    )
    audit_skip = frozenset(
        {"updated_at", "version", "last_activity_at", "last_public_at", "unanswered_since"}
    )
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
    last_activity_at: Mapped[Utc] = mapped_column(default=clock.now)
    """When a comment was last published, internal notes included: for staff only."""
    last_public_at: Mapped[Utc] = mapped_column(default=clock.now)
    """When a public comment was last published: all that customers may know."""
    unanswered_since: Mapped[Utc | None]
    """When the customer wrote what nobody has answered yet, the first of several messages; null: it is their turn."""
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
    def _description_sql(cls) -> ColumnElement[Any]:
        return (
            select(Comment.content)
            .where(Comment.ticket_id == cls.id, Comment.is_opening)
            .correlate_except(Comment)
            .scalar_subquery()
        )

    def audit_ticket_id(self) -> int | None:
        return self.id
