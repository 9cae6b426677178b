"""Every small mistake that can be made in a rule of the policy: made in its syntax tree, one at a time."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = ("helpdesk/accounts/policy.py", "helpdesk/tickets/policy.py")
TESTS = (
    "tests/accounts/test_policy_rules.py",
    "tests/tickets/test_policy_rules.py",
    "tests/accounts/test_policy.py",
    "tests/tickets/test_policy.py",
    "tests/tickets/test_queries.py",
)
EQUIVALENT: dict[str, str] = {}
"""Mistakes that change nothing anybody could notice, each with the reason."""
OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SWAPPED = {"all": "any", "any_": "all_", "is_not": "is_", "in_": "not_in", "or_": "and_"}
Replace = Callable[[ast.AST], ast.AST]


@dataclass(frozen=True, slots=True)
class PolicyMutant:
    """One mistake in one function of a module."""

    module: str
    function: str
    line: int
    what: str
    source: str
    """The whole function with the mistake in it."""

    @property
    def name(self) -> str:
        return f"{self.module.removeprefix('helpdesk/')}:{self.line} {self.function}: {self.what}"


def mutants_of(module: str) -> Iterator[PolicyMutant]:
    """Each mistake in each function of a module, in order of its lines."""
    tree = ast.parse((ROOT / module).read_text())
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for place, node in enumerate(ast.walk(function)):
            for what, wrong in mistakes(node, function):
                mutant = _with(function, place, wrong)
                line = getattr(node, "lineno", function.lineno)
                yield PolicyMutant(module, function.name, line, what, ast.unparse(mutant))


def _with(function: ast.FunctionDef, place: int, wrong: Replace) -> ast.FunctionDef:
    """A copy of the function in which the node at this place is another one."""
    changed = copy.deepcopy(function)
    found = list(ast.walk(changed))[place]
    new = wrong(found)
    for parent in ast.walk(changed):
        for name, value in ast.iter_fields(parent):
            if value is found:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if each is found else each for each in value]
    return ast.fix_missing_locations(changed)


def mistakes(node: ast.AST, function: ast.FunctionDef) -> Iterator[tuple[str, Replace]]:
    """What can be wrong about one node, in words, and how to make it so."""
    if isinstance(node, ast.BoolOp):
        yield from _of_and_or(node)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in OPPOSITES:
        yield f"not {ast.unparse(node)}", _opposite
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"{ast.unparse(node.operand)} without not", lambda found: found.operand  # type: ignore[attr-defined]
    elif isinstance(node, ast.If | ast.IfExp):
        yield f"if not {ast.unparse(node.test)}", _negated
    elif isinstance(node, ast.Return) and node.value is not None:
        yield from _of_return(node, function)
    elif isinstance(node, ast.Dict):
        yield from ((f"without {_key(node, at)}", _without(at)) for at in range(len(node.keys)))
    elif isinstance(node, ast.Attribute | ast.Name):
        yield from _of_name(node)


def _of_and_or(node: ast.BoolOp) -> Iterator[tuple[str, Replace]]:
    other = ast.Or if isinstance(node.op, ast.And) else ast.And
    yield f"and/or swapped in {ast.unparse(node)}", lambda found: ast.BoolOp(other(), found.values)  # type: ignore[attr-defined]
    for at, operand in enumerate(node.values):
        yield f"without {ast.unparse(operand)}", _without_operand(at)


def _of_return(node: ast.Return, function: ast.FunctionDef) -> Iterator[tuple[str, Replace]]:
    if function.returns is not None and ast.unparse(function.returns) == "bool":
        for answer in (True, False):
            yield f"always {answer}", lambda found, answer=answer: ast.Return(ast.Constant(answer))  # type: ignore[misc]
        yield f"not ({ast.unparse(node)})", lambda found: ast.Return(ast.UnaryOp(ast.Not(), found.value))  # type: ignore[attr-defined]
    elif node.value is not None and ast.unparse(node.value) != "{}":
        yield (
            "nothing",
            lambda found: ast.Return(ast.Dict([], []) if "Mapping" in _returns(function) else _false()),
        )


def _of_name(node: ast.Attribute | ast.Name) -> Iterator[tuple[str, Replace]]:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Permission":
        other = "READ_AUDIT" if node.attr != "READ_AUDIT" else "MANAGE_DESK"
        yield f"{other} for {node.attr}", lambda found: ast.Attribute(found.value, other, ast.Load())  # type: ignore[attr-defined]
    word = node.attr if isinstance(node, ast.Attribute) else node.id
    if isinstance(node.ctx, ast.Load) and word in SWAPPED:
        yield f"{SWAPPED[word]} for {word}", _renamed(SWAPPED[word])


def _renamed(word: str) -> Replace:
    def rename(found: ast.AST) -> ast.AST:
        if isinstance(found, ast.Attribute):
            return ast.Attribute(found.value, word, found.ctx)
        return ast.Name(word, ast.Load())

    return rename


def _opposite(found: ast.AST) -> ast.AST:
    assert isinstance(found, ast.Compare)
    return ast.Compare(found.left, [OPPOSITES[type(found.ops[0])]()], found.comparators)


def _negated(found: ast.AST) -> ast.AST:
    assert isinstance(found, ast.If | ast.IfExp)
    found.test = ast.UnaryOp(ast.Not(), found.test)
    return found


def _without_operand(at: int) -> Replace:
    def leave_out(found: ast.AST) -> ast.AST:
        assert isinstance(found, ast.BoolOp)
        left = [each for place, each in enumerate(found.values) if place != at]
        return left[0] if len(left) == 1 else ast.BoolOp(found.op, left)

    return leave_out


def _without(at: int) -> Replace:
    def leave_out(found: ast.AST) -> ast.AST:
        assert isinstance(found, ast.Dict)
        return ast.Dict(found.keys[:at] + found.keys[at + 1 :], found.values[:at] + found.values[at + 1 :])

    return leave_out


def _key(node: ast.Dict, at: int) -> str:
    key = node.keys[at]
    return ast.unparse(key if key is not None else node.values[at])


def _returns(function: ast.FunctionDef) -> str:
    return ast.unparse(function.returns) if function.returns is not None else ""


def _false() -> ast.expr:
    return ast.parse("false()", mode="eval").body
