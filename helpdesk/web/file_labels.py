"""What files of a mail are beside being files: a signature, something encrypted, an invitation, another mail."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Label:
    """`words` name the file; `told`, where it is not empty, is what its message is thereby."""

    words: LazyString
    icon: str
    told: LazyString | str = ""

    def __hash__(self) -> int:
        return hash(self.icon + str(self.words))


SIGNATURE = Label(_("Signature"), "key", _("Signed: the desk keeps the signature and does not check it"))
ENCRYPTED = Label(
    _("Encrypted"), "lock", _("Encrypted: the desk cannot read it. Whoever has the key can open the file.")
)
CALENDAR = Label(_("Calendar"), "clock", _("Brings an entry for a calendar"))
MAIL = Label(_("Mail"), "mail")
OUTLOOK = Label(_("Outlook's envelope"), "mail", _("Sent by Outlook in a form of its own"))

LABELS: Mapping[str, Label] = {
    ".p7s": SIGNATURE,
    "signature.asc": SIGNATURE,
    ".sig": SIGNATURE,
    ".p7m": ENCRYPTED,
    "encrypted.asc": ENCRYPTED,
    ".pgp": ENCRYPTED,
    ".gpg": ENCRYPTED,
    ".ics": CALENDAR,
    ".vcs": CALENDAR,
    ".eml": MAIL,
    "winmail.dat": OUTLOOK,
}
"""By how the name ends. Only a name: what a file really is, its bytes say."""


def label_of(filename: str) -> Label | None:
    """What people call such a file; None for one that is nothing but a file."""
    name = filename.lower()
    return next((label for ending, label in LABELS.items() if name.endswith(ending)), None)
