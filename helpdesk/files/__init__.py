"""The bytes of attachments: kept once by content, in a local folder, and collected when nothing refers to them."""
