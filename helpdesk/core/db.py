"""The typed base of all models, the column vocabulary, and the one session."""

import enum
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Enum,
    Identity,
    Interval,
    MetaData,
    Text,
    any_,
    literal,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

from helpdesk.core import clock, row_security

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def text_enum(kind: type[enum.StrEnum], *, name: str | None = None) -> Enum:
    """An enum is text with a check: readable in psql, extended by a plain migration.

    `name` is the check's, for tables in which two columns are of one kind.
    """
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
    )


Utc = datetime  # an aware moment; stored as timestamptz
Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Json = dict[str, Any]


class Base(DeclarativeBase):
    """What every table has in common: how types map and how constraints are named."""

    registry: ClassVar[registry] = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            int: BigInteger,
            str: Text,
            datetime: DateTime(timezone=True),
            timedelta: Interval,
            enum.StrEnum: text_enum(enum.StrEnum),
            Json: JSONB,
        },
    )


class Created:
    """When the row came to be."""

    @declared_attr
    def created_at(cls) -> Mapped[Utc]:  # noqa: N805 — SQLAlchemy hands the class
        return mapped_column(default=clock.now)


class Timestamps(Created):
    """When the row came to be and when any of its columns last changed."""

    @declared_attr
    def updated_at(cls) -> Mapped[Utc]:  # noqa: N805 — SQLAlchemy hands the class
        return mapped_column(default=clock.now, onupdate=clock.now)


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    # objects stay readable after the commit: a page may still name what it has just saved
    session_options={"expire_on_commit": False},
)
row_security.install(db.session.session_factory.class_)


def among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """Whether a column holds one of these ids. One parameter however many: PostgreSQL takes no more than 65,535."""
    return cast("ColumnElement[bool]", column == any_(literal(list(ids), ARRAY(BigInteger))))
