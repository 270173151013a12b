"""What pydantic finds wrong, told as file, key, found and allowed."""

import re
import tomllib
from errno import EFBIG
from os import strerror
from pathlib import Path
from typing import Annotated, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, StringConstraints, ValidationError

from bot.core.kernel.errors import ContentError, Misplaced
from bot.core.kernel.stray import stray

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tabs and line ends
SLUG = re.compile(r"[a-z0-9-]{1,64}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

# A key of many parts, bare or quoted; what reads it takes time by the square of their number. A quoted part
# is looked at so far and no further, or looking would take as long.
_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.){0,80}+"|'[^'\n]{0,80}+')"""
_DEEP = re.compile(rf"""(?<![\w"'\\-])(?:{_PART}[ \t]*+\.[ \t]*+){{64}}""")

M = TypeVar("M", bound=BaseModel)


def _as_letters(text: str) -> str:
    if sign := stray(text):
        raise ValueError(f"words without signs of a layout, such as {sign}: people would read them")
    return text


Words = AfterValidator(_as_letters)
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\n]*$"),
    Words,
]


def toml(text: str) -> dict[str, object]:
    """A TOML text's tables, without control characters, however they are written: `"\\u0000"` is one, too.

    Raises TOMLDecodeError, and RecursionError for values nested too deeply.
    """
    if deep := _DEEP.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise tomllib.TOMLDecodeError(f"a key of too many parts (at line {line}, column 1)")
    tables = tomllib.loads(text)
    if (place := _unreadable(tables)) is not None:
        raise tomllib.TOMLDecodeError(f"a control character in {place}")
    return tables


def _unreadable(tables: dict[str, object]) -> str | None:
    """The first key with a control character in it or in its value."""
    waiting: list[tuple[str, object]] = [("", tables)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str) and CONTROL.search(value):
            return key
        if isinstance(value, list):
            waiting += [(key, one) for one in value]
        elif isinstance(value, dict):
            if any(CONTROL.search(name) for name in value):
                return f"a key of {key}" if key else "a key"
            waiting += [(f"{key}.{name}" if key else name, one) for name, one in value.items()]
    return None


def bounded(path: Path, limit: int) -> bytes:
    """A file's bytes, were it a device without an end. Raises OSError, also for one larger than `limit`."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(EFBIG, strerror(EFBIG))
    return data


def short(found: object) -> object:
    """What was found, cut to what an error can show."""
    shown = repr(found)
    return found if len(shown) <= 120 else f"{shown[:117]}..."


def validated(model: type[M], data: object, file: str, prefix: str = "") -> M:
    """The model made from data read from `file`. Raises ContentError for the first problem.

    `prefix` is the key under which the data stands in the file.
    """
    try:
        return model.model_validate(data)
    except RecursionError:
        raise ContentError(file, prefix or "toml", "tables nested too deeply", "a few levels") from None
    except ValidationError as refusal:
        error = refusal.errors(include_url=False)[0]
    place = [str(part) for part in error["loc"] if part != "[key]"]
    why = error.get("ctx", {}).get("error")
    if isinstance(why, Misplaced):
        raise ContentError(file, ".".join([*prefix.split(), *place, why.key]), short(why.found), str(why))
    key = ".".join([prefix, *place] if prefix else place)
    found, allowed = short(error["input"]), error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing":
        found = "(missing)"
    elif error["type"] == "extra_forbidden":
        found, allowed = place[-1], f"only {', '.join(_keys(model, place[:-1]))}"
    raise ContentError(file, key or "toml", found, allowed)


def _keys(model: type[BaseModel], place: list[str]) -> list[str]:
    """The keys that the table at a place may have."""
    for part in place:
        if part in model.model_fields:
            kinds = [model.model_fields[part].annotation]
            for kind in kinds:  # grows while it is walked: tuple[Table, ...] holds its table inside
                if isinstance(kind, type) and issubclass(kind, BaseModel):
                    model = kind
                kinds += get_args(kind)
    return list(model.model_fields)
