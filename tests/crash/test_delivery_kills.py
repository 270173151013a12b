"""`run` killed while broadcasts go out: nothing lost, nothing twice, and no more in doubt than allowed."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.campaign import FAULTS, MEMBERS, WINDOW, Campaign
from tests.crash.conftest import A_CAMPAIGN, Share, shares
from tests.crash.world import world
from tests.stable import Stable


@pytest.mark.parametrize("share", [*shares(50, 1000), *shares(20, 100, "PostgreSQL")], ids=str)
def test_nothing_is_lost_and_nothing_comes_twice(
    share: Share, tmp_path: Path, stable: Stable, figures: Callable[[str], None]
) -> None:
    faulty = share.number % 2 == 1
    plan = {"faults": FAULTS, "seed": share.seed} if faulty else None
    with (
        share.server() as server,
        world(tmp_path, stable, members=MEMBERS, window=WINDOW, plan=plan, server=server) as made,
    ):
        campaign = Campaign(made, share.random, faulty)
        tally = campaign.go(share.kills)
    points = sum(count for way, count in campaign.kills.items() if "." in way)
    figures(
        f"delivery, platform {'out of order' if faulty else 'sound'}, {share} "
        f"({points} at commit points); {tally}; at most {campaign.worst} of {WINDOW} in doubt a crash"
    )


@pytest.mark.parametrize("plant", ["resends", "claims nothing", "says sent at once"])
def test_a_planted_fault_is_found(plant: str, tmp_path: Path, stable: Stable) -> None:
    with world(tmp_path, stable, members=MEMBERS, window=WINDOW) as made:
        campaign = Campaign(made, random.Random(7), mischief={"plant": plant})
        with pytest.raises(AssertionError, match=r"twice|accepted|the ledger"):
            campaign.go(A_CAMPAIGN)
