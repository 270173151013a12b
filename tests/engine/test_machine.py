"""Nothing lost, nothing twice: the invariants of reliability.md over everything that can happen."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chance import SOAK
from tests.engine.lab import lab
from tests.engine.machine import DeliveryMachine

PROFILE = settings(
    max_examples=1000 if SOAK else 60,
    stateful_step_count=60 if SOAK else 40,
    phases=[Phase.generate, Phase.shrink],
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(7200 if SOAK else 600)
def test_the_invariants_hold_whatever_happens(tmp_path: Path) -> None:
    with lab(tmp_path) as made:
        run_state_machine_as_test(lambda: DeliveryMachine(made), settings=PROFILE)
