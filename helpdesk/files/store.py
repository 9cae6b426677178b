"""Bytes on disk, once by content: <data>/files/ab/cd/<sha256>. What it says it has kept survives a power cut."""

import hashlib
import io
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import BinaryIO

from helpdesk.core.configuration import configuration
from helpdesk.core.errors import Gone, NotStored, TooLarge

log = logging.getLogger(__name__)

PIECE = 1 << 20
PREFIXES = [f"{number:02x}" for number in range(256)]
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stored:
    """A content the store holds."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Draft(Stored):
    """Bytes received but not yet in their place."""

    path: Path

    def open(self) -> BinaryIO:
        return self.path.open("rb")


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of contents. Every method is safe beside any other, in any process."""

    root: Path

    @property
    def drafts(self) -> Path:
        return self.root / "drafts"

    def put(self, stream: BinaryIO, *, limit: int) -> Stored:
        """Receive and keep in one go, for those who need nothing in between."""
        with self.received(stream, limit=limit) as draft:
            return self.keep(draft)

    @contextmanager
    def received(self, stream: BinaryIO, *, limit: int) -> Iterator[Draft]:
        """A stream as a draft for the length of the block. Raises TooLarge beyond `limit` bytes, NotStored."""
        with _plainly_told():
            _make_private(self.root, self.drafts)
            handle, name = tempfile.mkstemp(dir=self.drafts)
        path = Path(name)
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                digest, size = hashlib.sha256(), 0
                while piece := stream.read(PIECE):
                    size += len(piece)
                    if size > limit:
                        raise TooLarge(f"A file may have {limit // 2**20} MB at most.")
                    digest.update(piece)
                    _write(file, piece)
            yield Draft(digest.hexdigest(), size, path)
        finally:
            path.unlink(missing_ok=True)

    def keep(self, draft: Draft) -> Stored:
        """Bring a draft to its place, durably. The same content that is there already stays, and counts as fresh."""
        place = self.path(draft.sha256)
        with _plainly_told():
            _make_private(self.root, place.parent.parent, place.parent)
            if _size(place) == draft.size:
                os.utime(place)
            else:  # new, or damaged
                _sync(draft.path)
                draft.path.rename(place)
            # somebody else may have put it here a moment ago and not yet have come this far
            for folder in (place.parent, place.parent.parent, self.root):
                _sync(folder)
        return Stored(draft.sha256, draft.size)

    def open(self, sha256: str) -> BinaryIO:
        """The content, to read. Raises Gone where it is missing."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError:
            log.error("Stored file %s is missing", sha256)
            raise Gone(
                "The content of this file is missing. An administrator can restore it from a backup."
            ) from None

    def shown(self, sha256: str, draw: Callable[[BinaryIO], bytes | None]) -> BinaryIO | None:
        """The content as `draw` makes it, drawn once and kept beside it; None where it cannot be drawn. Raises Gone."""
        place = self._shown_path(sha256)
        with suppress(FileNotFoundError):
            return place.open("rb")
        with self.open(sha256) as content:
            drawn = draw(content)
        if drawn is None:
            return None
        with suppress(OSError):  # a full disk takes nobody's view: it is drawn again next time
            _make_private(self.root, place.parent.parent, place.parent)
            with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as draft:
                draft.write(drawn)
            Path(draft.name).rename(place)
            return place.open("rb")
        return io.BytesIO(drawn)

    def exists(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def delete(self, sha256: str) -> None:
        """Remove a content, if it is there. Whoever asks has made sure that nobody is about to use it."""
        self.path(sha256).unlink(missing_ok=True)
        self._shown_path(sha256).unlink(missing_ok=True)

    def contents(self, prefix: str, *, before: datetime) -> Iterator[str]:
        """Digests that begin with two given characters and were last put before a moment, in order."""
        for folder in sorted((self.root / prefix).glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                if _DIGEST.fullmatch(path.name) and _is_older(path, before):
                    yield path.name

    def sweep_drafts(self, *, before: datetime) -> None:
        """Remove what processes left that were killed while they received."""
        with suppress(FileNotFoundError):
            for path in self.drafts.iterdir():
                if _is_older(path, before):
                    path.unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise ValueError("not a SHA-256 in hex")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def _shown_path(self, sha256: str) -> Path:
        return self.root / "shown" / sha256[:2] / self.path(sha256).name


def store() -> Store:
    """The store of this desk."""
    return Store(configuration().data_dir / "files")


def _make_private(*folders: Path) -> None:
    """Make folders, each below the one before, that only our own user can enter."""
    folders[0].parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    for folder in folders:
        folder.mkdir(mode=0o700, exist_ok=True)


def _write(file: BinaryIO, piece: bytes) -> None:
    with _plainly_told():
        rest = memoryview(piece)
        while rest:
            rest = rest[file.write(rest) :]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _is_older(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


@contextmanager
def _plainly_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.exception("The folder of stored files cannot be written")
        if error.errno in {ENOSPC, EDQUOT, EFBIG}:
            raise NotStored("The file could not be saved: the disk is full. Nothing was saved.") from error
        raise NotStored(
            "The file could not be saved: the folder of files cannot be written. Nothing was saved."
        ) from error
