"""Files of a mail: their names, types, labels, and which of them stand in its HTML."""

import mimetypes
import re
from urllib.parse import unquote

from helpdesk.files.names import clean_filename
from helpdesk.mail.parsing import tnef
from helpdesk.mail.parsing.bodies import Contents, LooseFile, Segment
from helpdesk.mail.parsing.depth import shallow
from helpdesk.mail.parsing.headers import words
from helpdesk.mail.parsing.parsed import ParsedAttachment
from helpdesk.mail.parsing.structure import MESSAGES, Part

MOST = 500
WINMAIL = "winmail"
_CID = re.compile(r"cid:([^\"'\s<>)]{1,500})", re.IGNORECASE)
_LABELS = {
    **dict.fromkeys(("application/pgp-signature", "application/pkcs7-signature"), "signature"),
    **dict.fromkeys(("application/x-pkcs7-signature", "application/pgp-keys"), "signature"),
    **dict.fromkeys(("application/pkcs7-mime", "application/x-pkcs7-mime"), "encrypted"),
    "application/pgp-encrypted": "encrypted",
    "text/calendar": "calendar",
}
_NAMES = {
    "application/pgp-encrypted": "encryption.txt",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-signature": "smime.p7s",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "message/feedback-report": "complaint.txt",
    "text/calendar": "invitation.ics",
    "text/html": "text.html",
    "text/plain": "text.txt",
    "text/rfc822-headers": "headers.txt",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
}


def opened(found: Contents) -> list[str]:
    """Files that hide others give these in their place, and words where the mail has none; problems met."""
    files: list[LooseFile] = []
    problems: list[str] = []
    for file in found.files:
        content = file.part.content if file.content is None else file.content
        if not content.startswith(tnef.MAGIC) and file.part.content_type not in tnef.TYPES:
            files.append(file)
            continue
        winmail = tnef.unpacked(content)
        if winmail is None:
            problems.append("A winmail.dat could not be opened.")
            files.append(file)
            continue
        files += [LooseFile(file.part, WINMAIL, name, inner) for name, inner in winmail.files]
        if not any(segment.text.strip() or segment.markup.strip() for segment in found.segments):
            found.segments.append(Segment(winmail.text, shallow(winmail.markup)))
    found.files = files[:MOST]
    if len(files) > MOST:
        problems.append(f"It has more than {MOST} files; the rest is in the original only.")
    return problems


def attached(files: list[LooseFile], markup: str) -> list[ParsedAttachment]:
    """The files in order; those whose content id the HTML names are inline."""
    named = {unquote(found).lower() for found in _CID.findall(markup)}
    return [_attachment(file, named) for file in files]


def _attachment(file: LooseFile, named: set[str]) -> ParsedAttachment:
    part = file.part
    if file.content is not None:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return ParsedAttachment(clean_filename(file.name), kind, file.content, label=file.label)
    return ParsedAttachment(
        filename=clean_filename(_name(part)),
        content_type=part.content_type,
        content=part.content,
        is_inline=part.content_id.lower() in named,
        content_id=part.content_id,
        label=_label(file),
    )


def _label(file: LooseFile) -> str:
    own = _LABELS.get(file.part.content_type, "")
    if own == "encrypted" and file.part.parameters.get("smime-type", "").lower() in {
        "signed-data",
        "certs-only",
    }:
        own = "signature"
    return file.label or own


def _name(part: Part) -> str:
    """What the sender calls it, else what it is."""
    if part.content_type in MESSAGES:
        subject = words(part.children[0].field("subject")) if part.children else ""
        name = part.filename or subject or "message"
        return name if name.lower().endswith((".eml", ".msg")) else f"{name}.eml"
    if part.filename:
        return part.filename
    if part.content_type.startswith("multipart/"):
        return "unread-parts.txt"
    extension = mimetypes.guess_extension(part.content_type) or ""
    return _NAMES.get(part.content_type, f"{part.content_type.partition('/')[0]}{extension}")
