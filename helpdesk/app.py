"""The application: which features there are, and the steps that put them together."""

from importlib import import_module

FEATURES_WITH_TABLES = (
    "helpdesk.core.submissions",
    "helpdesk.audit.models",
    "helpdesk.background.models",
    "helpdesk.files.models",
    "helpdesk.settings.models",
    "helpdesk.accounts.models",
    "helpdesk.identity.models",
    "helpdesk.tickets.models",
    "helpdesk.mail.models",
)


def import_models() -> None:
    """Make every table known to the metadata."""
    for name in FEATURES_WITH_TABLES:
        import_module(name)
