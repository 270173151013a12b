"""The machine can fail: each of these faults, planted in the program, is found."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.engine.faults import FAULTS, planted
from tests.engine.lab import lab
from tests.engine.ledger import Violation
from tests.engine.machine import DeliveryMachine

# Derandomised: what is found today is found tomorrow. Not shrunk: that there is an example is enough.
HUNT = settings(
    max_examples=200,
    stateful_step_count=40,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("name", list(FAULTS))
def test_the_machine_finds(name: str, tmp_path: Path) -> None:
    with lab(tmp_path) as made, planted(name), pytest.raises(Violation):
        run_state_machine_as_test(lambda: DeliveryMachine(made), settings=HUNT)
