"""G08: a query of a thousand values is as much too much as one of a thousand words."""

import pytest

from helpdesk.tickets.criteria import BadQuery, parse
from helpdesk.tickets.criteria.parsing import MOST_IN_ALL

FIFTY = ",".join(f"*{number}@x" for number in range(50))
QUERIES = (
    " ".join([f"requester:{FIFTY}"] * 20),
    " OR ".join([f"tag:{FIFTY}"] * 5),
    f"-(watcher:{FIFTY} OR (requester:{FIFTY} watcher:me,x)) status:open",
    f"requester:{','.join([FIFTY] * 12)}",
)


@pytest.mark.parametrize("query", QUERIES)
def test_values_are_counted_in_all_terms(query):
    with pytest.raises(BadQuery, match="too much at once") as refused:
        parse(query)

    assert sum(len(term.values) for term in refused.value.good.all_terms) <= MOST_IN_ALL


@pytest.mark.parametrize("query", QUERIES)
def test_the_page_says_so_and_keeps_what_was_typed(as_ana, query):
    page = as_ana.get(f"/agent/search?q={query.replace(' ', '+')}")

    assert page.status == 422
    assert "too much at once" in page.text
    assert FIFTY in page.html
