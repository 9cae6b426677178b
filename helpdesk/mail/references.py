"""Tells floors below what correspondence needs: every mail as it arrived, and our own addresses for ourselves."""

from sqlalchemy import select

from helpdesk.accounts import reserved
from helpdesk.files import references
from helpdesk.mail.models import InboundMessage
from helpdesk.mail.own_addresses import is_own, own_addresses

references.register(select(InboundMessage.sha256))
reserved.register(lambda email: is_own(email, own_addresses()))
