"""The one place that reads the machine's clocks; tests pass another."""

import time


class Clock:
    """`now_ms`: wall clock, ms UTC. `monotonic`: seconds that only go forward."""

    def now_ms(self) -> int:
        """Wall clock, ms since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds since some start, never backwards."""
        return time.monotonic()
