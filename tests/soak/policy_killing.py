"""Run by pytest as a plugin: makes one mistake after the other in the running policy and asks the tests about each.

The tests are collected once, the database is made once; a mistake takes as long as the first test that notices it.
"""

import importlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
import sqlalchemy
from _pytest.runner import runtestprotocol

from helpdesk.tickets.kept import forget_statements
from tests.soak.policy_mutants import MODULES, PolicyMutant, mutants_of

RESULT = "POLICY_MUTANTS_RESULT"
EACH = "POLICY_MUTANTS_EACH"
"""Of how many mistakes one is made: 1 for all of them."""


def pytest_runtestloop(session: pytest.Session) -> bool:
    mutants = [mutant for module in MODULES for mutant in mutants_of(module)]
    chosen = mutants[:: int(os.environ.get(EACH, "1"))]
    without = failing(session)
    killed = {}
    for mutant in chosen:
        with made(mutant):
            killed[mutant.name] = failing(session)
        # after each: what is known by then is not lost with the run
        Path(os.environ[RESULT]).write_text(json.dumps({"without": without, "killed": killed}))
    session._setupstate.teardown_exact(None)
    return True


def failing(session: pytest.Session) -> str | None:
    """The first test that fails; None where all pass."""
    for at, item in enumerate(session.items):
        following = session.items[at + 1 : at + 2] or session.items[:1]
        # between two mistakes another test may be next: what the last one needed is put away here, not by pytest
        session._setupstate.teardown_exact(item)
        reports = runtestprotocol(item, log=False, nextitem=following[0])
        if any(report.failed for report in reports):
            return item.nodeid
    return None


@contextmanager
def made(mutant: PolicyMutant) -> Iterator[None]:
    """In the block the function does what the mistake says, wherever it was imported to."""
    module = importlib.import_module(mutant.module.removesuffix(".py").replace("/", "."))
    function = getattr(module, mutant.function)
    right = function.__code__
    function.__code__ = compiled(mutant, module).__code__
    forget_statements()
    try:
        yield
    finally:
        function.__code__ = right
        forget_statements()


def compiled(mutant: PolicyMutant, module: ModuleType) -> FunctionType:
    names = {**vars(sqlalchemy), **vars(module)}
    for name in ("all_", "and_"):  # what a mistake may say and the right module does not import
        vars(module).setdefault(name, vars(sqlalchemy)[name])
    exec(compile(mutant.source, mutant.module, "exec"), names)
    found = names[mutant.function]
    assert isinstance(found, FunctionType)
    return found
