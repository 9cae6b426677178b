"""Correspondence: mails that come in and find their ticket, letters that go out and are followed until they arrive."""
