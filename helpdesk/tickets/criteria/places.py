"""The places a word can be sought in: `in:title printer`, `in:comments,attachments "exact words"`."""

TITLE = "title"
COMMENTS = "comments"
NOTES = "notes"
ATTACHMENTS = "attachments"
PEOPLE = "people"
NUMBER = "number"

PLACES = (TITLE, COMMENTS, NOTES, ATTACHMENTS, PEOPLE, NUMBER)
"""Messages, internal notes included, are `comments`; internal notes alone are `notes`. Everybody finds only what they
may read. `people` are the requester's name and addresses, and the organization's name."""
