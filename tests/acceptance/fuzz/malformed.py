"""Updates bent out of shape: wrong types anywhere, pieces missing, nothing but depth."""

import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.acceptance.fuzz.corpus import NASTY

WRONG: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2**31,
        2**63 - 1,
        2**63,
        -(2**63),
        10**30,
        1.5,
        float("nan"),
        float("inf"),
    ),
    *(
        "",
        "x",
        "0",
        "-5",
        "x" * 5000,
        "\x00",
        "\ud800",
        [],
        {},
        [[]],
        [None],
        [1, "a", {}],
        {"id": "x"},
        {"": {}},
    ),
)


def bend(rng: random.Random, update: dict[str, Any]) -> None:
    """Put something of a wrong type in up to three places, or take a piece away; the number stays."""
    for _ in range(rng.randrange(1, 4)):
        holder, key = rng.choice(list(_places(update)))
        if key == "update_id":
            continue
        if rng.random() < 0.3 and isinstance(holder, dict):
            del holder[key]
        else:
            wrong = rng.choice((*WRONG, *NASTY[:20], deep(rng.randrange(1, 60))))
            holder[key] = deepcopy(wrong)  # it may be bent in its turn, and must not come to hold itself


def unusable(rng: random.Random, number: int, message: dict[str, Any]) -> Any:
    """What no platform should send: without a number, with a wrong one, or no update at all."""
    wrong: Any = rng.choice(("7", None, True, 1.5, -3, [], 2**62, 2**63 - 1, 2**63, 2**70))
    bare, empty = {"message": message}, {"update_id": number}
    return rng.choice(
        (
            *({"update_id": wrong, **bare}, bare, {**empty, "message": deep(400)}, empty),
            *([], "update", 7, None, [[{}]]),
        )
    )


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(items):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def deep(levels: int) -> Any:
    """Lists in objects in lists."""
    value: Any = "chào"
    for level in range(levels):
        value = [value] if level % 2 else {"message": value}
    return value
