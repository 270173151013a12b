"""How the program is, as the site tells it, for `/health` and for Prometheus."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

LATE_S = 120.0  # a loop that is so late is taken for dead; a long poll takes less


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `breaker`: that of messages (closed, open, half_open, trial), None before it is connected.

    `failing`: what else of the platform fails and is not asked for now. `refused`: why the last delivery to
    its hook was not taken, where none was taken since.
    """

    stopped: bool
    breaker: str | None
    rate: float
    failing: Sequence[str] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How often something happened in a loop since the start; `told`: what it is."""

    loop: str
    name: str
    told: str
    value: int


@dataclass(frozen=True, slots=True)
class Condition:
    """Numbers and names of our own alone: nobody's name, no secret. Lag and age in seconds.

    `store`: it answers. `deliveries`: those not ended, and in doubt, by account and state. `differing`: runs
    that wait for a person, as their audience is not the one that was promised.
    """

    store: bool
    loops: Mapping[str, float]
    accounts: Mapping[str, Account] = field(default_factory=dict)
    deliveries: Mapping[tuple[str, str], int] = field(default_factory=dict)
    inbox_age_s: float = 0.0
    log_lines_lost: int = 0
    differing: int = 0
    counts: Sequence[Count] = ()

    @property
    def ready(self) -> bool:
        """Whether everything works that should."""
        late = any(lag > LATE_S for lag in self.loops.values())
        return self.store and not late and not any(one.stopped for one in self.accounts.values())

    def as_json(self) -> dict[str, Any]:
        """For `/health/ready`."""
        return {
            "ready": self.ready,
            "store": self.store,
            "loops": {name: round(lag, 1) for name, lag in self.loops.items()},
            "accounts": {
                name: {"stopped": one.stopped, "breaker": one.breaker}
                | ({"failing": list(one.failing)} if one.failing else {})
                | ({"hook_refused": one.refused} if one.refused else {})
                for name, one in self.accounts.items()
            },
            "inbox_age_s": round(self.inbox_age_s, 1),
            "runs_differing": self.differing,
        }


def as_prometheus(condition: Condition) -> bytes:
    """The text format of https://prometheus.io/docs/instrumenting/exposition_formats/."""
    registry = CollectorRegistry()
    registry.register(_Once(condition))
    return generate_latest(registry)


class _Once(Collector):
    def __init__(self, condition: Condition) -> None:
        self._condition = condition

    def collect(self) -> Iterable[Metric]:
        now = self._condition
        deliveries = GaugeMetricFamily(
            "nhipcau_deliveries", "Deliveries not ended, and in doubt.", labels=["account", "state"]
        )
        for (account, state), number in sorted(now.deliveries.items()):
            deliveries.add_metric([account, state], number)
        lag = GaugeMetricFamily("nhipcau_loop_lag_seconds", "How late a loop is.", labels=["loop"])
        for name, seconds in sorted(now.loops.items()):
            lag.add_metric([name], seconds)
        yield from (deliveries, *_of_accounts(now.accounts), lag)
        yield GaugeMetricFamily("nhipcau_store_up", "1: the store answers.", value=now.store)
        yield GaugeMetricFamily(
            "nhipcau_inbox_age_seconds", "How long the oldest update has waited.", value=now.inbox_age_s
        )
        yield GaugeMetricFamily(
            "nhipcau_runs_differing", "Runs whose audience is not the one promised.", value=now.differing
        )
        counted = {
            one.name: CounterMetricFamily(f"nhipcau_{one.name}", one.told, labels=["loop"])
            for one in now.counts
        }
        for count in now.counts:
            counted[count.name].add_metric([count.loop], count.value)
        yield from counted.values()
        yield CounterMetricFamily(
            "nhipcau_log_lines_lost", "Log lines that could not be written.", value=now.log_lines_lost
        )


def _of_accounts(accounts: Mapping[str, Account]) -> Iterable[Metric]:
    stopped = GaugeMetricFamily("nhipcau_account_stopped", "1: its platform refuses it.", labels=["account"])
    breaker = GaugeMetricFamily(
        "nhipcau_breaker", "1 for the state in which it is.", labels=["account", "state"]
    )
    failing = GaugeMetricFamily(
        "nhipcau_failing", "1: this fails, and is not asked for now.", labels=["account", "method"]
    )
    refused = GaugeMetricFamily(
        "nhipcau_hook_refused", "1: the last delivery to its hook was refused.", labels=["account"]
    )
    rate = GaugeMetricFamily("nhipcau_rate", "Messages a second, at most.", labels=["account"])
    for name, one in sorted(accounts.items()):
        stopped.add_metric([name], one.stopped)
        rate.add_metric([name], one.rate)
        refused.add_metric([name], bool(one.refused))
        for method in one.failing:
            failing.add_metric([name, method], 1)
        for state in ("closed", "open", "half_open", "trial"):
            breaker.add_metric([name, state], one.breaker == state)
    return stopped, breaker, failing, refused, rate
