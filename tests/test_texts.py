"""Every text the sources ask for is there, in every language, with the values it needs; and none is idle."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.content import load
from bot.core.kernel.richtext import plain_text
from bot.core.talk.texts import Texts

ROOT = Path(__file__).parents[1]
KEY = re.compile(r"[a-z]+(?:\.[a-z0-9_]*[a-z0-9])+")
SPEAKING = frozenset({"say", "text", "line", "button", "lost"})
# Where a key may stand in any expression, not only in a call that speaks.
SPEAKERS = (
    *sorted((ROOT / "handlers").glob("*.py")),
    *sorted((ROOT / "bot/core/talk").glob("*.py")),
)
SYLLABLES = 18  # a word is often two of them: this is well under 15 words
MENU_LIMIT, NOTICE_LIMIT, BUTTON_LIMIT = 256, 200, 64
EMOJI = frozenset("📌❗✅⏳↩✏❌📎🔊🗓📊🔔")


@cache
def texts() -> Texts:
    return load(ROOT / "content").texts


@cache
def known() -> frozenset[str]:
    return texts().keys()


@cache
def namespaces() -> set[str]:
    return {key.partition(".")[0] for key in known()}


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    files = sorted({*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")})
    return tuple((file, ast.parse(file.read_text("utf-8"))) for file in files)


def keys_in(node: ast.AST) -> Iterator[str]:
    """Constant strings that look like keys."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and KEY.fullmatch(one.value):
            yield one.value


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """(place, call, key) of every call that speaks with a key written out."""
    for file, tree in trees():
        for node in ast.walk(tree):
            name = node.func if isinstance(node, ast.Call) else None
            called = (
                name.attr
                if isinstance(name, ast.Attribute)
                else name.id
                if isinstance(name, ast.Name)
                else ""
            )
            if isinstance(node, ast.Call) and called in SPEAKING:
                for argument in node.args[:2]:
                    for key in keys_in(argument):
                        yield f"{file.relative_to(ROOT)}:{node.lineno}", node, key


@cache
def named() -> set[str]:
    """Keys written out anywhere in what speaks."""
    found = {key for file, tree in trees() if file in SPEAKERS for key in keys_in(tree)}
    return {key for key in found if key.partition(".")[0] in namespaces()}


@cache
def patterns() -> list[re.Pattern[str]]:
    """Keys put together from parts: f"role.{role}" → role\\.\\w+."""
    found = []
    for _, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.JoinedStr) or not isinstance(node.values[0], ast.Constant):
                continue
            if re.match(r"[a-z]+\.", str(node.values[0].value)):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9_-]+"
                    for part in node.values
                ]
                found.append(re.compile("".join(parts)))
    return found


def test_every_key_that_is_asked_for_exists() -> None:
    missing = {f"{place}: {key}" for place, _, key in calls() if key not in known()}
    missing |= named() - known()
    assert not missing


def test_every_pattern_of_keys_meets_some() -> None:
    bare = [one.pattern for one in patterns() if not any(one.fullmatch(key) for key in known())]
    assert not [pattern for pattern in bare if pattern.partition("\\.")[0] in namespaces()]


def test_no_key_is_idle() -> None:
    used = {key for _, tree in trees() for key in keys_in(tree)}
    idle = {key for key in known() if key not in used and not any(one.fullmatch(key) for one in patterns())}
    assert not idle


def test_every_language_has_every_key_and_the_same_values() -> None:
    for language in texts().languages:
        assert texts().keys(language) == known()
        for key in known():
            assert texts().placeholders(language, key) == texts().placeholders("vi", key), key


def test_every_refusal_has_the_values_its_text_asks_for() -> None:
    short = []
    for file, tree in trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal" and node.args):
                continue
            values = node.args[1] if len(node.args) > 1 else ast.Dict([], [])
            if not isinstance(values, ast.Dict) or None in values.keys:
                continue
            given = {one.value for one in values.keys if isinstance(one, ast.Constant)}
            keys = [key for key in keys_in(node.args[0]) if key in known()]
            needs = [(key, texts().placeholders("vi", key)) for key in keys]
            place = f"{file.relative_to(ROOT)}:{node.lineno}"
            short += [f"{place}: {key} needs {sorted(names)}" for key, names in needs if not names <= given]
    assert not short


def test_every_call_gives_the_values_its_text_asks_for() -> None:
    short = []
    for place, call, key in calls():
        given = {word.arg for word in call.keywords}
        if None not in given and not texts().placeholders("vi", key) <= given:
            short.append(f"{place}: {key} needs {sorted(texts().placeholders('vi', key))}")
    assert not short


@pytest.mark.parametrize("language", texts().languages)
def test_lengths_a_platform_bears(language: str) -> None:
    for key in known():
        values = dict.fromkeys(texts().placeholders(language, key), "x" * 20)
        line = texts().line(language, key, **values)
        if key.startswith("menu."):
            assert 3 <= len(line) <= MENU_LIMIT, key
        if key.startswith("button."):
            assert len(line) <= BUTTON_LIMIT, key
        if key.startswith(
            ("tap.", "admit.decided", "topics.now", "form.stale", "me.export_sent", "me.language_set")
        ):
            assert len(line) <= NOTICE_LIMIT, key


@pytest.mark.parametrize("language", texts().languages)
def test_emoji_are_signposts_only(language: str) -> None:
    for key in known():
        values = dict.fromkeys(texts().placeholders(language, key), "")
        for line in plain_text(texts().text(language, key, **values)).split("\n"):
            signs = [letter for letter in line if ord(letter) > 0x2190 and letter not in "️•“”▓░→"]
            assert set(signs) <= EMOJI, key
            assert len(signs) <= 1, key


def test_the_bot_never_says_i_in_vietnamese() -> None:
    own = ("menu.", "me.export")  # what the person says by pressing it
    for key in known():
        if key.startswith(own):
            continue
        values = dict.fromkeys(texts().placeholders("vi", key), "")
        assert not re.search(r"(?<!\w)(?:tôi|bạn)(?!\w)", texts().line("vi", key, **values).lower()), key


def test_sentences_are_short() -> None:
    long = [
        f"{key}: {sentence}"
        for key in known()
        for line in plain_text(
            texts().text("vi", key, **dict.fromkeys(texts().placeholders("vi", key), "x"))
        ).split("\n")
        for sentence in re.split(r"(?<=[.!?:;])\s+", line)
        if len(sentence.split()) > SYLLABLES
    ]
    assert not long


COUNTS = frozenset(
    {"count", "left", "length", "maximum", "megabytes", "promised", "stars", "threshold", "total", "units"}
    | {"days", "due", "endorsed", "hours", "letters", "minutes", "pictures", "reports"}
)
# What stands after a number and is the same for one and for many.
UNVARYING = frozenset({"arrival", "failed", "found", "MB", "more", "Telegram", "unknown"})
COUNTED = re.compile(r"\{(\w+)\}\*{0,2} (?:other |waiting )?(\w+)")


def english() -> Iterator[tuple[str, str, str]]:
    """(key, counted value, the word after it) of every English text."""
    for key in known():
        names = texts().placeholders("en", key)
        line = texts().line("en", key, **{name: f"{{{name}}}" for name in names})
        for name, word in COUNTED.findall(line):
            if name in COUNTS:
                yield key, name, word


def test_every_english_text_that_counts_has_its_plural_forms() -> None:
    found = list(english())
    assert len(found) > 20
    bare = [(key, name, word) for key, name, word in found if texts().counted("en", key) != name]
    assert not [one for one in bare if one[2] not in UNVARYING]


def test_one_is_not_many() -> None:
    for key in known():
        by = texts().counted("en", key)
        if by is not None:
            values = dict.fromkeys(texts().placeholders("en", key), "x")
            one, many, none = (texts().line("en", key, **{**values, by: n}) for n in ("1", "1,001", "0"))
            assert one.replace("1", "1,001") != many, key
            assert many.replace("1,001", "0") == none, key


def test_vietnamese_has_one_form() -> None:
    assert not [key for key in known() if texts().counted("vi", key)]
