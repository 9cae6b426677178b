"""What a file says: its words in plain text, so that a search finds them."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.core.db import Base, Created
from helpdesk.tickets.models.words import words_index


class FileText(Created, Base):
    """The text of one content. It goes with the content; who may read it is asked of each attachment."""

    __tablename__ = "file_texts"
    __table_args__ = (words_index("ix_file_texts_words", "content"),)

    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256", ondelete="CASCADE"), primary_key=True)
    content: Mapped[str]


class KnownWord(Base):
    """A word that occurs in tickets, with how many of those looked at: what a mistyped one may have meant."""

    __tablename__ = "known_words"
    __table_args__ = (
        Index(
            "ix_known_words_word_trigrams",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

    word: Mapped[str] = mapped_column(primary_key=True)
    ticket_count: Mapped[int]
