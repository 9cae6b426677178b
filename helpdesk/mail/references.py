"""Tells the file store which contents correspondence still needs: every mail as it arrived."""

from sqlalchemy import select

from helpdesk.files import references
from helpdesk.mail.models import InboundMessage

references.register(select(InboundMessage.sha256))
