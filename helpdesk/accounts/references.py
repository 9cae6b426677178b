"""Tells the file store which contents people still need."""

from sqlalchemy import select

from helpdesk.accounts.models import User
from helpdesk.files import references

references.register(select(User.picture_sha256))
