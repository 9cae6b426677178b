"""The audit trail: who changed what, when and through which door; written by listeners, never by hand."""

from helpdesk.audit import access
from helpdesk.audit.listener import install
from helpdesk.core.db import db

install(db.session.session_factory.class_)
access.install(db.session.session_factory.class_)
