"""Where we read a mail otherwise than the project it is from, and why."""

_NESTED_WRONGLY = (
    "boundaries that are never opened: its only text is a body for us, so there is something to read"
)

MISSES = {
    ("subject", "imap_tools/messages/rfc2822/example14.eml", "imap_tools"): (
        "a word and an encoded word are parted by a space (RFC 2047, 6.2); the peer takes all folds away"
    ),
    ("attachments", "imap_tools/messages/text_with_content_id.eml", "imap_tools"): (
        "the only text of a mail is its body, with a Content-ID too"
    ),
    ("attachments", "stalwart-mail-parser/malformed/001.eml", "stalwart-mail-parser"): (
        "the peer counts a part without a single byte"
    ),
    ("attachments", "stalwart-mail-parser/malformed/004.eml", "stalwart-mail-parser"): _NESTED_WRONGLY,
    ("attachments", "stalwart-mail-parser/malformed/006.eml", "stalwart-mail-parser"): _NESTED_WRONGLY,
    ("attachments", "stalwart-mail-parser/malformed/016.eml", "stalwart-mail-parser"): (
        "parts of a nest that close each other: all four texts are bodies for us, the peer makes the last one a file"
    ),
    ("from", "zammad/mail/mail065.box", "zammad"): (
        "an encoded word with a comma in it: the peer cuts the name in two, ours is the name that was meant"
    ),
    ("from", "zammad/mail/mail071.box", "zammad"): (
        "an address with spaces is none (A10); what stands there is shown as a name"
    ),
}
