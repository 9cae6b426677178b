"""Drafts the mails that events call for, in the transaction of the event."""
