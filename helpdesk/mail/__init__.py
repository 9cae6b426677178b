"""Correspondence: for now the outbox, where every mail to a person waits until mail is connected."""
