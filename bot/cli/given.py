"""What is given on a command line: numbers that the store can keep, and words that are text."""

from collections.abc import Callable
from typing import Any

import typer

LARGEST = 2**63 - 1  # what a database keeps


def judged(command: Any) -> Any:
    """The command, with those below it, so that it refuses what no store could keep."""
    for below in getattr(command, "commands", {}).values():
        judged(below)
    for one in command.params:
        one.callback = _judging(one.callback)
    return command


def _judging(then: Callable[..., Any] | None) -> Callable[..., Any]:
    def look(context: Any, param: Any, value: Any) -> Any:
        for one in value if isinstance(value, list | tuple) else (value,):
            if wrong := _wrong(one):
                raise typer.BadParameter(wrong, ctx=context, param=param)
        return value if then is None else then(context, param, value)

    return look


def _wrong(value: Any) -> str:
    if isinstance(value, int) and not -LARGEST <= value <= LARGEST:
        return f"{value} is out of range: at most {LARGEST}."
    if isinstance(value, str) and not _is_text(value):
        return f"{value!a} is no text: it is not written in UTF-8."
    return ""  # a path may have any name


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
