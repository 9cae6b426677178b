"""What the statistics keep summed: by days and months of the desk's clock, and what changed since, ticket by ticket.

Triggers on `tickets` write every change down (helpdesk.database.policies); a job sums it up (helpdesk.reports.summing).
Sums and changes together are the truth at every moment (helpdesk.reports.summed). Nobody and no team are 0.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    Identity,
    Numeric,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from helpdesk.core.db import Base

statistics_sums = Table(
    "statistics_sums",
    Base.metadata,
    Column("span", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("assignee_id", BigInteger, primary_key=True, autoincrement=False),
    Column("team_id", BigInteger, primary_key=True, autoincrement=False),
    Column("tickets", BigInteger, nullable=False),
    Column("microseconds", Numeric, nullable=False),
    Column("histogram", Numeric, nullable=False),
    Column("seconds", ARRAY(Double), nullable=False),
    CheckConstraint("span in ('day', 'month')", name="span"),
    CheckConstraint("kind in ('created', 'answered', 'resolved')", name="kind"),
    comment="what happened on a day or in a month: how many tickets, their times added up, by classes, and in order",
)
statistics_hours = Table(
    "statistics_hours",
    Base.metadata,
    Column("kind", Text, primary_key=True),
    Column("happened_on", Date, primary_key=True),
    Column("hour", BigInteger, primary_key=True, autoincrement=False),
    Column("tickets", BigInteger, nullable=False),
    CheckConstraint("kind in ('created', 'resolved')", name="kind"),
    comment="how many tickets were created and resolved in each hour of the desk's clock",
)
statistics_changes = Table(
    "statistics_changes",
    Base.metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("sign", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("first_responded_at", DateTime(timezone=True)),
    Column("resolved_at", DateTime(timezone=True)),
    Column("assignee_id", BigInteger),
    Column("team_id", BigInteger),
    comment="tickets that count since (1) or no longer as they did (-1), and are not summed up yet",
)
statistics_state = Table(
    "statistics_state",
    Base.metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("zone", Text, nullable=False),
    Column("shape", BigInteger, nullable=False),
    Column("built_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    comment="whose days the sums are of, and in which shape; no row: nothing is summed up",
)
