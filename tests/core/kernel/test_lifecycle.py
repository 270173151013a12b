"""A lifecycle answers where a thing may go from where it stands, and refuses what it does not have."""

import pytest

from bot.core.kernel.lifecycle import Lifecycle, UnknownMove

DOOR = Lifecycle(
    "door",
    initial=("open", "shut"),
    moves={
        "open": {"shut": ("wind", "keeper"), "open": ("keeper",)},
        "shut": {"open": ("keeper",), "locked": ("keeper",)},
        "locked": {"open": ("smith",), "gone": ("smith", "fire")},
        "gone": {},
    },
)


def test_states_stand_in_the_order_in_which_they_are_declared() -> None:
    assert DOOR.states == ("open", "shut", "locked", "gone")
    assert DOOR.final == {"gone"}


def test_who_moves_it_knows_from_where_and_to_where() -> None:
    assert DOOR.sources("open", "keeper") == ("open", "shut")
    assert DOOR.sources("open", "smith") == ("locked",)
    assert DOOR.targets("shut", "keeper") == {"open", "locked"}
    assert DOOR.targets("gone", "keeper") == frozenset()
    assert DOOR.steps("wind") == {"open": "shut"}


def test_moves_that_are_not_there_are_refused() -> None:
    with pytest.raises(UnknownMove, match=r"allowed are shut$"):
        DOOR.sources("open", "wind")
    with pytest.raises(UnknownMove, match="more than one way"):
        DOOR.steps("keeper")
    with pytest.raises(UnknownMove, match="moves nothing"):
        DOOR.steps("rain")


def test_things_begin_where_the_lifecycle_begins() -> None:
    assert DOOR.begin("shut") == "shut"
    with pytest.raises(UnknownMove, match="begins"):
        DOOR.begin("locked")
    with pytest.raises(UnknownMove, match="every state"):
        DOOR.renew("open", "keeper")
    lamp = Lifecycle("lamp", initial=("off",), moves={"off": {"on": ("x",)}, "on": {"off": ("x",)}})
    assert lamp.renew("off", "x") == "off"


def test_a_state_that_is_not_declared_leads_nowhere() -> None:
    with pytest.raises(UnknownMove, match="ajar"):
        Lifecycle("door", initial=("open",), moves={"open": {"ajar": ("wind",)}})
