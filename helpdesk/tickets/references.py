"""Tells the file store which contents tickets still need."""

from sqlalchemy import select

from helpdesk.files import references
from helpdesk.tickets.models import Attachment, StagedFile

references.register(select(Attachment.sha256))
references.register(select(StagedFile.sha256))
