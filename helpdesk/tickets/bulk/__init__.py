"""Bulk edits: one deed for many tickets, at once or piece by piece in the background, and taken back."""
