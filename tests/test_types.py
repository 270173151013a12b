"""Types that keep alike values apart: mypy refuses one in place of another."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mypy import api

ROOT = Path(__file__).parent.parent
MIXED = """\
from bot.core.guidance.addenda import closes_at
from bot.core.kernel.values import ChatId, Ms, UnitPath
from bot.core.people.units import is_within

chat, top, path = ChatId("66"), UnitPath("/TW/"), UnitPath("/TW/66/")
now, lead_ms = Ms(1_800_000_000_000), 7_200_000
closes_at(now, lead_ms)
closes_at(lead_ms, now)
is_within(path, top)
is_within(chat, top)
is_within("66", top)
"""


def test_mypy_refuses_a_mixed_up_argument(tmp_path: Path) -> None:
    module = tmp_path / "mixed.py"
    module.write_text(MIXED, encoding="utf-8")
    options = ["--strict", "--follow-imports=silent", "--config-file=", f"--cache-dir={tmp_path}"]
    said, _, _ = api.run([*options, str(module)])
    *refused, summary = said.splitlines()
    assert [line.rpartition("incompatible type ")[2] for line in refused] == [
        '"int"; expected "Ms | None"  [arg-type]',
        '"ChatId"; expected "UnitPath"  [arg-type]',
        '"str"; expected "UnitPath"  [arg-type]',
    ]
    assert summary.startswith("Found 3 errors")


ROOMS = ("core", "acts", "storage", "engine")
INSTANT = re.compile(r"now|since|until|at|at_ms|now_ms|not_before|answer_by|goes|\w+_at")
NAMES = {"Ms": INSTANT, "ChatId": re.compile(r"chat_id|chat"), "UnitPath": re.compile(r"unit_path")}
BARE = re.compile(r"(?:Callable\[.*)?\b(?:int|str)\b(?: \| None)?")
OTHERWISE = {
    # Of what people report no instant is kept: days, as ISO text.
    ("bot/storage/opinion/agreements.py", "since"),
    ("bot/storage/opinion/authors.py", "since"),
    ("bot/storage/opinion/understanding.py", "until"),
    ("bot/storage/people/units.py", "since"),
    ("bot/storage/people/units.py", "until"),
    # The questions of a form, by name and by number; somebody's state.
    ("bot/core/talk/form.py", "at"),
    ("bot/core/talk/form.py", "long_at"),
    ("bot/storage/people/members.py", "known_at"),
}


def declared(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What functions take and values hold, and what functions answer: name and annotation."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for one in (*node.args.args, *node.args.kwonlyargs):
                    if one.annotation is not None:
                        yield one.arg, ast.unparse(one.annotation)
                if node.returns is not None:
                    yield node.name, ast.unparse(node.returns)
            case ast.ClassDef():
                for line in node.body:
                    if isinstance(line, ast.AnnAssign):
                        yield ast.unparse(line.target), ast.unparse(line.annotation)


def test_nothing_takes_or_answers_an_instant_a_chat_or_a_path_by_another_type() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), name)
        for room in ROOMS
        for path in (ROOT / "bot" / room).rglob("*.py")
        for name, annotation in declared(ast.parse(path.read_text(encoding="utf-8")))
        if any(named.fullmatch(name) for named in NAMES.values()) and BARE.fullmatch(annotation)
    }
    assert found == OTHERWISE
