"""Every command's numbers and words: what no store could keep is refused before anything is done."""

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args

import pytest
import typer.main
from typer.testing import CliRunner

from bot.cli import NOUNS, app

LARGEST = 2**63 - 1
NUMBERS = (str(LARGEST + 1), str(-LARGEST - 2), "9" * 30)
NO_TEXT = "x\udcff"  # a byte that is no UTF-8, as Python reads it from the command line


def commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command, and each noun that is one, with the words that call it."""
    below = getattr(command, "commands", {})
    if not below or command.params:
        yield words, command
    for name in below:
        yield from commands(below[name], (*words, name))


def kind(param: Any) -> Any:
    """The type of what is given there, of each where there may be several."""
    found = param.type_descriptor.annotation
    return get_args(found)[0] if get_args(found) else found


def plausible(param: Any) -> str:
    """Something that this parameter takes."""
    if isinstance(kind(param), type) and issubclass(kind(param), StrEnum):
        return str(next(iter(kind(param))))
    return str(max(1, param.min or 0)) if kind(param) is int else "x"


def said(words: tuple[str, ...], command: Any, wrong: Any, value: str) -> list[str]:
    """The command's words with this value in one place, and what is needed in the others."""
    found = [*words]
    for one in command.params:
        given = value if one is wrong else plausible(one) if one.required else None
        if given is not None and one.param_type_name == "option":
            found.append(f"{max(one.opts, key=len)}={given}")
    found += ["--json"] * any(one.name == "json" for one in command.params) + ["--"]
    for one in command.params:
        if one.param_type_name == "argument" and (one is wrong or one.required):
            found.append(value if one is wrong else plausible(one))
    return found


def places(wanted: type) -> list[tuple[tuple[str, ...], Any, Any]]:
    """Where something of a kind is given."""
    every = commands(typer.main.get_group(app))
    return [
        (words, command, one) for words, command in every for one in command.params if kind(one) is wanted
    ]


def refusal(argv: list[str]) -> str:
    """Why it is refused as a mistake in the words."""
    done = CliRunner().invoke(app, argv)
    assert done.exit_code == 2, (argv, done.exception, done.output)
    if "--json" not in argv:
        return done.output
    error = json.loads(done.stdout)["error"]
    assert error["key"] == "usage", argv
    return str(error["message"])


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_no_store_keeps_is_refused_wherever_it_is_given(number: str) -> None:
    found = places(int)
    assert len(found) > 80
    for words, command, one in found:
        why = refusal(said(words, command, one, number))
        assert "out of range" in why or "Input should be" in why, (words, why)


def test_what_is_no_text_is_refused_wherever_text_is_given() -> None:
    found = places(str)
    assert {words[0] for words, _, _ in found} >= set(NOUNS) - {"demo", "run", "check", "store"}
    for words, command, one in found:
        assert "is no text" in refusal(said(words, command, one, NO_TEXT)), words
