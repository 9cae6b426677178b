"""Tells the file store which contents the desk's settings need."""

from sqlalchemy import select

from helpdesk.files import references
from helpdesk.settings.logos import NAME
from helpdesk.settings.models import Setting

references.register(select(Setting.value[()].astext).where(Setting.name == NAME))
