"""Which parts of a mail are its words and which are files: RFC 2046, and what mailers make of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from helpdesk.core.html import clean_text, text_to_html
from helpdesk.mail.parsing import signed
from helpdesk.mail.parsing.depth import shallow
from helpdesk.mail.parsing.flowed import unflowed
from helpdesk.mail.parsing.structure import MESSAGES, Part
from helpdesk.mail.parsing.transfer import uuencoded_files

LONGEST_HTML = 2_500_000
_WORDS = {"text/plain", "text/html"}
_OTHER_FACES = {"text/watch-html", "text/x-watch-html", "text/x-amp-html"}  # of the same words


@dataclass(slots=True)
class Segment:
    """A stretch of the mail's words; both forms where the sender gave both."""

    text: str = ""
    markup: str = ""


@dataclass(slots=True)
class LooseFile:
    """A part that is a file, or a file somebody wrote into a text."""

    part: Part
    label: str = ""
    name: str = ""
    content: bytes | None = None


@dataclass(slots=True)
class Contents:
    """All that is in a mail, in its order."""

    segments: list[Segment] = field(default_factory=list)
    files: list[LooseFile] = field(default_factory=list)

    def add(self, other: "Contents") -> None:
        self.segments += other.segments
        self.files += other.files

    @property
    def markup(self) -> str:
        """HTML of the whole; "" where the sender wrote none."""
        if not any(segment.markup.strip() for segment in self.segments):
            return ""
        return "\n".join(
            segment.markup if segment.markup.strip() else text_to_html(segment.text)
            for segment in self.segments
        )


def contents(root: Part) -> Contents:
    """The words and files of a mail."""
    return _of(root, is_root=True)


def _of(part: Part, *, is_root: bool = False, label: str = "", is_face: bool = False) -> Contents:
    kind = part.content_type
    if part.is_multipart:
        return _of_multipart(part, kind, label=label)
    if kind in MESSAGES:
        return Contents(files=[LooseFile(part, label or "message")])
    if kind.startswith("multipart/"):  # its parts are nowhere to be found
        if not part.body.strip():
            return Contents()
        kind = "text/plain" if is_root else kind
    if kind in _WORDS and not label and _is_read(part, is_root=is_root, is_face=is_face):
        return _of_words(part, kind)
    return Contents(files=[LooseFile(part, label)])


def _is_read(part: Part, *, is_root: bool, is_face: bool) -> bool:
    """Whether a text is a body; the others are files."""
    if part.disposition == "attachment":
        return is_root and not part.filename
    return is_root or is_face or not part.filename


def _of_words(part: Part, kind: str) -> Contents:
    text = part.text
    if kind == "text/html":
        return Contents([Segment(markup=shallow(text[: LONGEST_HTML + 1]))])
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, deletes_space=part.parameters.get("delsp", "").lower() == "yes")
    text, written = uuencoded_files(text)
    files = [LooseFile(part, name=name, content=content) for name, content in written]
    return Contents([Segment(text=clean_text(text))], files)


def _of_multipart(part: Part, kind: str, *, label: str) -> Contents:
    if kind == "multipart/alternative":
        return _of_alternative(part)
    if kind == "multipart/related":
        return _of_related(part)
    found = Contents(files=[LooseFile(part, "signature")] if kind in signed.TYPES else [])
    for at, child in enumerate(part.children):
        found.add(_of(child, label=label or _label_within(kind, at)))
    return found


def _label_within(kind: str, at: int) -> str:
    """What a part is because of where it stands (RFC 1847)."""
    if kind == "multipart/encrypted":
        return "encrypted"
    return "signature" if kind == "multipart/signed" and at > 0 else ""


def _of_alternative(part: Part) -> Contents:
    """One stretch of words in the forms its sender gave; the last form of a kind is the best (RFC 2046, 5.1.4)."""
    faces = [_of(child, is_face=True) for child in part.children if child.content_type not in _OTHER_FACES]
    files = [file for face in faces for file in face.files]
    markup = next((face.markup for face in reversed(faces) if face.markup), "")
    plain = [face for face in faces if face.segments and not face.markup]
    text = next(("\n".join(_texts(face)) for face in reversed(plain) if "".join(_texts(face)).strip()), "")
    if not markup and not text:
        return Contents([segment for face in faces for segment in face.segments][:1], files)
    return Contents([Segment(text, markup)], files)


def _texts(found: Contents) -> Iterator[str]:
    return (segment.text for segment in found.segments)


def _of_related(part: Part) -> Contents:
    """A text and what belongs into it (RFC 2387)."""
    start = part.parameters.get("start", "").strip().strip("<>")
    root = next((child for child in part.children if start and child.content_id == start), part.children[0])
    found = _of(root, is_face=True)
    for child in part.children:
        if child is not root:
            found.add(Contents(files=[LooseFile(child)]) if child.content_id else _of(child))
    return found
