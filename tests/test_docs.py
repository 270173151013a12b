"""The documentation names what there is: every command, option, setting and chat command, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from bot.channels.registry import platforms
from bot.cli import app
from bot.config import Settings
from bot.core.delivery.states import REPORTED, State
from bot.core.kernel.values import DAY_MS
from bot.core.opinion import questions, understanding
from bot.core.talk.form import HALF_FILLED_MS
from bot.engine import retention
from handlers.access import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")


def _commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from _commands(one, (*words, name))
        else:
            yield (*words, name), one


CLI = dict(_commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", CLI, ids=" ".join)
def test_the_readme_names_every_command_with_its_options(words: tuple[str, ...]) -> None:
    group, last = words[:-1], words[-1]
    row = re.search(rf"^\| `nhipcau {' '.join([*group, ''])}[^`]*\b{last}\b[^`]*`", README, re.MULTILINE)
    assert row is not None
    for option in CLI[words].params:
        for name in (name for name in option.opts if name.startswith("--") and name != "--config"):
            assert name in row[0], f"{name} is missing in {row[0]}"


def _settings(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _settings(inner, f"{prefix}{name}.")
        elif name == "accounts":
            keys = (key for one in platforms().values() for key in one.settings.model_fields)
            yield from (f"accounts[].{key}" for key in dict.fromkeys(keys))
        else:
            yield prefix + name


@pytest.mark.parametrize("setting", list(_settings(Settings, "")))
def test_the_readme_and_the_example_name_every_setting(setting: str) -> None:
    assert f"| `{setting}` |" in README
    assert re.search(rf"^(# )?{setting.rpartition('.')[2]} = ", EXAMPLE, re.MULTILINE)


def test_the_readme_names_no_setting_that_there_is_not() -> None:
    named = set(
        re.findall(
            r"^\| `((?:app|privacy|delivery|reporting|reminders|quiet|web|accounts\[\])\.[a-z_]+)` \|",
            README,
            re.MULTILINE,
        )
    )
    assert named == set(_settings(Settings, ""))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_chat_command(command: str) -> None:
    assert re.search(rf"^\| `/{command}\b", README, re.MULTILINE)


def test_operations_explains_every_state() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for state in set(State) - set(REPORTED):
        assert f"| {state} |" in operations


def test_operations_says_how_long_things_are_kept() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|;(,]+)[^|]*\| ([^|;]+)[^|]*\|$", operations, re.MULTILINE))
    kept = {
        "half-filled forms": HALF_FILLED_MS // DAY_MS,
        "photos that were to go with a report and did not ": HALF_FILLED_MS // DAY_MS,
        "replies that went out ": retention.REPLIES_KEPT_MS // DAY_MS,
        "numbers of updates that were handled ": retention.INBOX_KEPT_MS // DAY_MS,
        "when reports that agree were told of ": retention.AGREEMENTS_KEPT.days,
        "questions and their answers ": questions.KEPT_DAYS,
        "that somebody answered questions of understanding ": understanding.KEPT_DAYS,
    }
    assert {what: int(rows[what].split()[0]) for what in kept} == kept


def test_links_between_documents_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


PAGES = (
    "docs/style.md",
    "docs/checklists.md",
    "docs/security.md",
    "docs/architecture.md",
    "docs/operations.md",
    "docs/zalo.md",
)


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [one.name[:4] for one in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_test_a_page_names_is_there(page: str) -> None:
    written = (ROOT / page).read_text(encoding="utf-8")
    rooms = r"(?:bot|handlers|tests|content|docs|benchmarks)"
    for named in re.findall(rf"`({rooms}/[a-z0-9_./-]+)`", written):
        assert (ROOT / named).exists(), f"{page} names {named}"
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for named in re.findall(r"`(test_[a-z0-9_]+)`", written):
        assert f"def {named}(" in tests, f"{page} names {named}"


FIELD = [*range(1, 10), 11, 12, 13, 14, 17, 18, 19, 20, 22, 23, 24, 25, 28, 30, 31, 32, 33, "–", "–"]
CASES = [f"A{number}" for number in range(1, 25)] + [f"F{number}" for number in FIELD]
CASES += [f"S{number}" for number in (1, 2, 4, 6, 7, 8)]


def test_each_case_of_attack_and_hard_use_has_a_row_with_a_test_by_name() -> None:
    written = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([AFS](?:\d+|–)) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", written, re.MULTILINE)
    assert [number for number, _, _ in rows] == CASES
    for number, decided, shown in rows:
        assert "`bot/" in decided or "`handlers/" in decided or "`content/" in decided, number
        assert "`test_" in shown, f"{number} names no test"


def test_the_style_explains_every_word_of_the_test_world() -> None:
    """A helper's file is called by a word; the platforms' fakes are one of them all together."""
    style = (ROOT / "docs" / "style.md").read_text(encoding="utf-8")
    table = style[style.index("## The words of the test world") :]
    rows = [
        line.split("|")[1:4] for line in table.splitlines() if line.startswith("| ") and "---" not in line
    ]
    explained = {word for cells in rows for word in re.findall(r"[a-z_]+", " ".join(cells[:2]))}
    explained |= {word for cells in rows for word in re.findall(r"`([a-z_]+)`", cells[2])}
    helpers = [
        path.relative_to(ROOT)
        for path in (ROOT / "tests").rglob("*.py")
        if not path.name.startswith(("test_", "__init__", "conftest")) and "fakes" not in path.parts
    ]
    assert len(helpers) > 30
    assert [str(path) for path in helpers if path.stem not in explained] == []


GUIDES = [path for path in (ROOT / "docs" / "vi").glob("*.md") if path.name != "README.md"]
PICTURES = ROOT / "docs" / "vi" / "pictures"
LARGEST_PICTURE = 60 * 1024


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_command_that_a_guide_shows_is_there(guide: Path) -> None:
    written = guide.read_text(encoding="utf-8")
    named = set(re.findall(r"`/([a-z]+)", written))
    assert named <= set(COMMANDS)
    shells = re.findall(r"`nhipcau ([a-z]+(?: [a-z]+)?)", written)
    assert {tuple(one.split()) for one in shells} <= set(CLI)


def test_every_picture_of_the_guides_is_shown_said_in_words_and_small() -> None:
    shown = {}
    for guide in GUIDES:
        for words, picture in re.findall(r"!\[(.*?)\]\(pictures/(.*?)\)", guide.read_text(encoding="utf-8")):
            assert len(words) > 20, f"{guide.name}: {picture} is not said in words"
            shown[picture] = guide
    kept = {path.name: path.stat().st_size for path in PICTURES.iterdir()}
    assert set(kept) == set(shown)
    assert {name: size for name, size in kept.items() if size > LARGEST_PICTURE} == {}
    taken = set(
        re.findall(r'takes\(\s*"([a-z-]+)"', (ROOT / "tests" / "pictures.py").read_text(encoding="utf-8"))
    )
    assert {name.removesuffix(".png") for name in kept} == taken
