"""Who works on a ticket."""

from sqlalchemy import ColumnElement, ForeignKey
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column


class Assignment:
    """The agent and the team a ticket is with."""

    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)

    @hybrid_property
    def is_unassigned(self) -> bool:
        """No agent has it, whatever the team."""
        return self.assignee_id is None

    @is_unassigned.inplace.expression
    @classmethod
    def _is_unassigned_sql(cls) -> ColumnElement[bool]:
        return cls.assignee_id.is_(None)
