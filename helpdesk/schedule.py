"""Every recurring job, one line each; moments are UTC."""

from helpdesk.audit import jobs as audit
from helpdesk.background import upkeep
from helpdesk.background.recurring import every
from helpdesk.files import jobs as files
from helpdesk.identity import jobs as identity
from helpdesk.mail import filing_jobs as filing
from helpdesk.mail import jobs as mail
from helpdesk.reports import jobs as reports
from helpdesk.tickets import jobs as tickets
from helpdesk.tickets.bulk import jobs as bulk
from helpdesk.tickets.extraction import jobs as extraction


def register() -> None:
    """Tell the worker what comes again, and when."""
    every("7 * * * *", upkeep.delete_finished)
    every("*/10 * * * *", filing.file_again)
    every("*/5 * * * *", mail.attend)
    every("31 3 * * *", upkeep.forget_submissions)
    every("11 1 * * *", audit.make_partitions)
    every("* * * * *", audit.seal_new)
    every("* * * * *", audit.anchor_head)
    every("* * * * *", extraction.read_files)
    every("*/5 * * * *", reports.sum_up_statistics)
    every("19 3 * * *", audit.forget)
    every("37 3 * * *", audit.verify_all)
    every("23 2 * * *", files.collect_orphans)
    every("53 2 * * *", tickets.forget_staged)
    every("41 3 * * *", identity.forget_old)
    every("13 3 * * *", tickets.forget_guests)
    every("47 * * * *", tickets.learn_words)
    every("43 2 * * *", bulk.forget_bulk_edits)
