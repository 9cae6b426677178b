"""One row for each setting that differs from its default."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.audit.models import Audited
from helpdesk.core.db import Base, Id, Timestamps


class Setting(Audited, Timestamps, Base):
    """A value from the catalogue."""

    __tablename__ = "settings"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    value: Mapped[Any] = mapped_column(JSONB)
