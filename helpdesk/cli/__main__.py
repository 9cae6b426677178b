"""`python -m helpdesk.cli`: how the supervisor starts its children."""

from helpdesk.cli import main

main()
