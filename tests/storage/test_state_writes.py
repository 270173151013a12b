"""States are written to rows by `bot.storage.moves` alone; a new row begins as its lifecycle says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.lives import LIVES

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers")
WORDS = {state for one in LIVES.values() for state in one.states}
BEGINNINGS = {"begin", "renew"}
HOME = ROOT / "bot" / "storage" / "moves.py"
RAW = re.compile(r"\b(?:UPDATE|INSERT INTO)\s+(?:" + "|".join(LIVES) + r")\b", re.IGNORECASE)


def _is_state(node: ast.expr) -> bool:
    """ "state" as a name of a column, or the column itself."""
    named = isinstance(node, ast.Constant) and node.value == "state"
    return named or (
        isinstance(node, ast.Attribute) and node.attr == "state" and "c" in ast.unparse(node).split(".")
    )


def _begins(node: ast.expr) -> bool:
    """Every state in it comes from a lifecycle's `begin` or `renew`; it has one."""
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    asked = [one for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr in BEGINNINGS]
    inside = {id(inner) for one in asked for inner in ast.walk(one)}
    words = [one for one in ast.walk(node) if isinstance(one, ast.Constant) and one.value in WORDS]
    return bool(asked) and all(id(one) in inside for one in words)


def written(source: str) -> Iterator[tuple[int, str]]:
    """(line, what) of each place where a state is written otherwise."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values":
            for given in node.keywords:
                if given.arg == "state" and not _begins(given.value):
                    yield node.lineno, ast.unparse(given.value)
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None and _is_state(key) and not _begins(value):
                    yield node.lineno, ast.unparse(value)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _is_state(node.slice):
            yield node.lineno, ast.unparse(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and RAW.search(node.value):
            yield node.lineno, node.value


def _files() -> list[Path]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return [path for path in found if path != HOME and "versions" not in path.parts]


# A form that is half filled in: a value, in a column that is called so too.
OTHERS = {"bot/storage/talk/conversations.py"}


def test_no_state_is_written_but_through_a_lifecycle() -> None:
    storage = [path for path in _files() if "storage" in path.parts]
    assert len(storage) > 40
    found = [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in storage
        if str(path.relative_to(ROOT)) not in OTHERS
        for line, what in written(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_nobody_else_writes_to_tables() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _files()
        if "storage" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("update", "insert", "sqlalchemy.update")
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "update(delivery).values(state='sent')",
        "update(delivery).values(**{'state': 'sent'})",
        "mine.values(state=to)",
        "mine.values(state=case((late, 'skipped'), else_='pending'))",
        "insert(run).values({run.c.state: literal_column(\"'planning'\")})",
        "values['state'] = 'done'",
        "text(\"UPDATE delivery SET state = 'sent'\")",
        "mine.values(state=case((late, RUN.begin('missed')), else_='running'))",
    ],
)
def test_a_state_written_elsewhere_is_found(source: str) -> None:
    assert len(list(written(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "insert(run).values(state=RUN.begin('planning'), at=now)",
        "insert(delivery).values({delivery.c.state: literal_column(f\"'{DELIVERY.begin(State.PENDING)}'\")})",
        "to_state(update(run), RUN, 'running', Loop.PLANNER).values(finished_at=None)",
        "select(run.c.state).where(run.c.state == 'running')",
        "{'kind': 'state'}",
    ],
)
def test_what_begins_or_moves_as_it_should_is_let_be(source: str) -> None:
    assert list(written(source)) == []


def test_states_that_are_looked_for_are_states_of_their_table() -> None:
    """`run.c.state == "runnning"` finds nothing, and says nothing."""
    found, seen = [], 0
    for path in (path for path in _files() if "storage" in path.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for table, word in _looked_for(node):
                seen += 1
                if table in LIVES and word not in LIVES[table].states:
                    found.append(f"{path.relative_to(ROOT)}: {table} {word}")
    assert found == []
    assert seen > 50


def _looked_for(node: ast.AST) -> Iterator[tuple[str, str]]:
    """(table, word) of a comparison with a column of states."""
    column, words = None, list[ast.AST]()
    if isinstance(node, ast.Compare):
        column, words = node.left, list(node.comparators)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "in_":
        column, words = node.func.value, list(node.args)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "in_state":
        column, words = node.args[0], list(node.args[1:])
    if isinstance(column, ast.Attribute) and _is_state(column):
        table = ast.unparse(column).split(".")[0].strip("_")
        for one in (inner for word in words for inner in ast.walk(word)):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield (
                    {"accounts": "account", "there": "endpoint", "THERE": "endpoint"}.get(table, table),
                    one.value,
                )
