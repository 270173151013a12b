"""The machine can fail: each of these faults, planted in the program, is found."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.internal.conjecture import providers
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


# Of examples: those that come to the faults soon.
ORDER = 1
ORDERS = {
    "a result is recorded without looking at state and token": 2,
    "results are dropped when a commit fails": 2,
    "cancelling is ignored": 2,
    "what differs goes out unasked": 2,
    "an account that stops takes along what is in flight": 2,
    "expiry is ignored": 2,
    "replies of a chat overtake one another": 15,
    "what waits for who is suspended goes out": 2,
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_the_machine_finds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Examples else depend on the numbers written in whatever modules happen to be loaded.
    monkeypatch.setattr(providers, "_get_local_constants", providers.Constants)
    monkeypatch.setattr(providers, "CONSTANTS_CACHE", providers.LRUCache(1024))  # as earlier tests left it

    @seed(ORDERS.get(name, ORDER))
    def machine() -> DeliveryMachine:
        return DeliveryMachine(made)

    with lab(tmp_path) as made, planted(name), pytest.raises(Violation):
        run_state_machine_as_test(machine, settings=HUNT)
