"""`run` killed while people write: each update takes effect once, and its author is told so."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.conftest import A_CAMPAIGN, Share, shares
from tests.crash.reception import CHATS, Reception
from tests.crash.world import world
from tests.stable import Stable


@pytest.mark.parametrize("share", [*shares(100, 1000), *shares(100, 1000, "PostgreSQL")], ids=str)
def test_each_update_takes_effect_once(
    share: Share, tmp_path: Path, stable: Stable, figures: Callable[[str], None]
) -> None:
    with (
        share.server() as server,
        world(tmp_path, stable, members=CHATS, role="reporter", server=server) as made,
    ):
        reception = Reception(made, share.random)
        came = reception.go(share.kills)
    points = sum(count for way, count in reception.kills.items() if "." in way)
    figures(f"reception, {share} ({points} at commit points); {came}")


@pytest.mark.parametrize("plant", ["forgets updates", "closes first"])
def test_a_planted_fault_is_found(plant: str, tmp_path: Path, stable: Stable) -> None:
    with world(tmp_path, stable, members=3, role="reporter") as made:
        reception = Reception(made, random.Random(7), chats=3, mischief={"plant": plant})
        with pytest.raises(AssertionError, match=r"lost|stands|stay open"):
            reception.go(A_CAMPAIGN)
