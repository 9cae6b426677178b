"""From a number on a page of the administration to exactly the tickets it counts."""

from flask import url_for

from helpdesk.tickets.criteria import Query, Term


def tickets_link(field: str, value: str, *, only_open: bool = False) -> str:
    """The search for what a field of tickets says, such as everything with a tag."""
    terms = (Term(field, (value,)), *([Term("is", ("open",))] if only_open else []))
    return url_for("agents.search.show", q=str(Query(terms)))
