"""Every recurring job, one line each; moments are UTC."""

from helpdesk.background import upkeep
from helpdesk.background.recurring import every
from helpdesk.files import jobs as files


def register() -> None:
    """Tell the worker what comes again, and when."""
    every("7 * * * *", upkeep.delete_finished)
    every("23 2 * * *", files.collect_orphans)
