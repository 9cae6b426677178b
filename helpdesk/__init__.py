"""Helpdesk: a self-hosted, server-rendered helpdesk on Flask, SQLAlchemy and PostgreSQL."""
